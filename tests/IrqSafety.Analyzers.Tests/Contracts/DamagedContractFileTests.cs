using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Text;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using IrqSafety.Analyzers.Contracts.Files;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Contracts;

/// <summary>Whatever a contract file contains, nothing is thrown, and what cannot be used is reported at its line.</summary>
public sealed class DamagedContractFileTests
{
    private const string Kernel = """
        namespace Kernel
        {
            public enum Mode { Off, Wait }
            public sealed class TicketLock { public void Acquire() { } public void Release() { } public bool TryAcquire(int spins) => spins > 0; }
            public static class Log { public static void Write(string text, Mode mode) { } public static int Count() => 0; }
            class Driver { readonly TicketLock ticket = new(); void Use() { ticket.Acquire(); Log.Write("", Mode.Off); ticket.Release(); } }
        }
        """;

    private static readonly string[] Lines =
    [
        "version 1",
        "# A small kernel.",
        "T:Kernel.TicketLock  [LockType(LockKind.RawSpin)]",
        "M:Kernel.TicketLock.Acquire  [Acquires(\"this\", Mode = LockMode.Exclusive)]",
        "M:Kernel.TicketLock.Release  [Releases(\"this\")]",
        "M:Kernel.TicketLock.TryAcquire(System.Int32)  [TryAcquires(\"this\", On = true), ArgumentRange(\"spins\", -1, 0x10)]",
        "M:Kernel.Log.Write(System.String,Kernel.Mode)  [MayBlock(When = \"mode == Mode.Wait\"), LegalIn(Context.Task | Context.HardIrq)]",
        "M:Kernel.Log.Write(System.String,Kernel.Mode)#text  [RunsIn(Context.Task, Within = Section.PreemptOff)]",
        "[assembly: DeclareLockClass(\"console\", LockKind.Spin, UsedIn = Context.Task)]",
    ];

    private static readonly byte[] Valid = Encoding.UTF8.GetBytes(string.Join("\n", Lines));

    private static readonly Config Fixed = Config.QuickThrowOnFailure.WithMaxTest(400).WithReplay(20260411, 1);

    private static readonly string[] Pieces =
    [
        "[", "]", "(", ")", "\"", "|", "#", ",", ".", "\0", "\r", "\n", "\u2028", "\t", "/*", "*/", "//", "#if", "M:", "T:", "~", "`", "``0", "{", "}", "@", "^", "'", "\\", "\\u", "9999999999999999999999",
        "Context.Any", "new[] {", "typeof(", "nameof(", "$\"{", "\"\"\"", "[assembly: ", "Mode = ", "\U0001F512",
    ];

    private static readonly Gen<byte[]> Damaged = Gen.OneOf(
        from length in Gen.Choose(0, Valid.Length) select Valid.Take(length).ToArray(),
        from at in Gen.Choose(0, Valid.Length - 1) from with in Gen.Choose(0, 255) select Valid.Select((one, index) => index == at ? (byte)with : one).ToArray(),
        from first in Gen.Choose(0, Valid.Length - 1) from second in Gen.Choose(0, Valid.Length - 1) select Valid.Select((one, index) => index == first ? Valid[second] : index == second ? Valid[first] : one).ToArray(),
        from at in Gen.Choose(0, Valid.Length) from piece in Gen.Elements(Pieces) from times in Gen.Elements(1, 2, 300) select (byte[])[.. Valid.Take(at), .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, times))), .. Valid.Skip(at)],
        from line in Gen.Choose(0, Lines.Length - 1) from other in Gen.Choose(0, Lines.Length - 1) select Encoding.UTF8.GetBytes(string.Join("\n", Lines.Select((one, index) => index == line ? Lines[other] : one))),
        from start in Gen.Choose(0, Valid.Length - 1) from count in Gen.Choose(1, 60) select Valid.Where((_, index) => index < start || index >= start + count).ToArray(),
        from encoding in Gen.Elements(Encoding.Unicode, Encoding.UTF32, Encoding.BigEndianUnicode) select encoding.GetBytes(string.Join("\n", Lines)),
        from noise in Gen.Choose(0, 255).ListOf() select (byte[])[.. Encoding.UTF8.GetBytes("version 1\n"), .. noise.Select(one => (byte)one)]);

    [Fact]
    public void Reading_never_throws_and_every_line_is_used_or_reported() => Check.One(Fixed, Prop.ForAll(Damaged.ToArbitrary(), bytes =>
    {
        SourceText text = Decode(bytes);
        ContractFile file = ContractFile.Read("kernel.irqcontracts", text);
        HashSet<int> spoken = [.. file.Lines.Select(line => line.Location).Concat(file.Problems.Select(problem => problem.Location)).Select(location => location.GetLineSpan().StartLinePosition.Line)];
        return text.Lines[0].ToString().TrimEnd() != "version 1"
            ? file.Lines.Count == 0 && file.Problems.Count == 1
            : text.Lines.Skip(1).All(line => string.IsNullOrWhiteSpace(line.ToString()) || line.ToString()[0] == '#' || spoken.Contains(line.LineNumber));
    }));

    [Fact]
    public async Task Analysing_never_throws_and_reports_at_lines_of_the_file()
    {
        CSharpCompilation compilation = TestCompilation.Of([Kernel], withModel: false);
        foreach (byte[] bytes in Damaged.Sample(20))
        {
            SourceText text = Decode(bytes);
            ImmutableArray<AdditionalText> files = [new ContractText("kernel.irqcontracts", text)];
            foreach (Diagnostic found in await AnalyzerVerifier.Analyze(compilation, files, TestContext.Current.CancellationToken))
            {
                if (found.Id == "IRQ0011")
                {
                    Assert.Equal("kernel.irqcontracts", found.Location.GetLineSpan().Path);
                    Assert.InRange(found.Location.GetLineSpan().StartLinePosition.Line, 0, text.Lines.Count - 1);
                }
            }
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("new[] { ")]
    [InlineData("Context.Task | ")]
    [InlineData("-")]
    public void Deep_nesting_ends(string piece)
    {
        string line = $"M:Kernel.Log.Count  [LegalIn({string.Concat(Enumerable.Repeat(piece, 4000 / piece.Length))})]";
        Assert.Single(ContractFile.Read("kernel.irqcontracts", SourceText.From($"version 1\n{line}\n")).Problems);
    }

    [Fact]
    public void A_line_of_a_megabyte_is_one_problem()
    {
        ContractFile file = ContractFile.Read("kernel.irqcontracts", SourceText.From($"version 1\nM:{new string('x', 1 << 20)}  [NmiSafe]\nM:Kernel.Log.Count  [NmiSafe]\n"));
        Assert.Equal("the line has more than 4096 characters", Assert.Single(file.Problems).Text);
        Assert.Single(file.Lines);
    }

    [Fact]
    public void The_undamaged_file_is_used_in_full()
    {
        ContractFile file = ContractFile.Read("kernel.irqcontracts", Decode(Valid));
        Assert.Empty(file.Problems);
        Assert.Equal(Lines.Length - 2, file.Lines.Count);
    }

    // As the compiler decodes files without a mark: UTF-8, and what is none becomes a replacement character.
    private static SourceText Decode(byte[] bytes) => SourceText.From(Encoding.UTF8.GetString(bytes), Encoding.UTF8);
}
