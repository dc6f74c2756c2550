using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using FsCheck;
using FsCheck.Fluent;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Robustness;

/// <summary>
/// A program that somebody edits. What the analyzers keep from one compilation to the next saves work and changes nothing: after each edit an editor shows of every
/// file what it would show if it had never seen the program before.
/// </summary>
public sealed class EditedCodeTests
{
    private const string Usings = "using System;\nusing IrqSafety.Contracts;\nusing IrqSafety.Runtime;\n";

    // What it does after its lock is dropped stands for anything that a body may be about.
    private const string Device = Usings + """
        partial class Device
        {
            readonly RawSpinLock stateLock = new();
            [RunsIn(Context.HardIrq)] void Handle() { stateLock.Acquire(); stateLock.Acquire(); }
            partial class Inner { }
        }

        class Second
        {
            readonly RawSpinLock queueLock = new();
            [RunsIn(Context.Task)] void Drain() { queueLock.Acquire(); }
            int Level { get { return 1; } }
            void Make() { var made = new RawSpinLock(); made.Acquire(); made.Release(); }
            [NmiSafe] public void Dump(Other other) { other.Take(); }
        }
        """;

    private const string Other = Usings + "class Other { readonly RawSpinLock otherLock = new(); public void Take() { otherLock.Acquire(); } [MayBlock] public void Wait() { } public int count = 1; public const int Most = 3; }";

    public static TheoryData<string, int> Programs => new(
        from program in new[] { "Locks/Buggy", "Locks/Fixed", "PseudoNmi/Buggy", "PseudoNmi/Fixed" }
        from seed in Enumerable.Range(1, 2)
        select (program, seed));

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task Samples_whose_code_is_edited_here_and_there(string program, int seed)
    {
        var random = new Random(seed);
        CSharpCompilation compilation = TestCompilation.Of(SampleCode.Of(program));
        int told = 0;
        for (int edit = 0; edit < 12; edit++)
        {
            int at = random.Next(compilation.SyntaxTrees.Length);
            SyntaxTree file = compilation.SyntaxTrees[at];
            compilation = compilation.ReplaceSyntaxTree(file, Edited(file, random));
            told += await CompareFiles(compilation, [at, random.Next(compilation.SyntaxTrees.Length)]);
        }

        Assert.True(told > 0, "nothing was found in any version");
    }

    [Fact]
    public void Random_programs_whose_types_stand_in_one_file() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(8).WithReplay(20261127, 3), Prop.ForAll(RandomProgram.Arbitrary, program =>
    {
        var random = new Random(program.Files.Count);
        string usings = program.Files[0][..program.Files[0].IndexOf("class T", StringComparison.Ordinal)];
        CSharpCompilation compilation = TestCompilation.Of([usings + string.Concat(program.Files.Select(file => file[usings.Length..] + "\n")), "class Beside { }"]);
        for (int edit = 0; edit < 4; edit++)
        {
            compilation = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Edited(compilation.SyntaxTrees[0], random));
            CompareFiles(compilation, [0]).GetAwaiter().GetResult();
        }

        return true;
    }));

    public static TheoryData<string, string, string> Edits => new()
    {
        { "a statement in another body", "queueLock.Acquire(); }", "int typed = 1; queueLock.Acquire(); }" },
        { "the mistake is mended", "stateLock.Acquire(); stateLock.Acquire();", "stateLock.Acquire(); stateLock.Release();" },
        { "a line above", "partial class Device", "// a comment\n\npartial class Device" },
        { "a contract of another type is taken away", "[RunsIn(Context.Task)] void Drain", "void Drain" },
        { "another type gets a nested one of that name", "partial class Inner { }", "partial class Inner { void M() { } }" },
        { "an accessor", "get { return 1; }", "get => 2;" },
        { "a using directive goes", "using System;\n", "" },
        { "the namespace", Usings, Usings + "namespace Elsewhere;\n" },
    };

    [Theory]
    [MemberData(nameof(Edits))]
    public async Task Whatever_is_edited(string what, string before, string after)
    {
        CSharpCompilation compilation = TestCompilation.Of([Device, Other]);
        Assert.NotEqual(0, await CompareFiles(compilation, [0, 1]));
        string text = Device.Replace(before, after, StringComparison.Ordinal);
        Assert.NotEqual(Device, text);

        CSharpCompilation edited = Typed(compilation, 0, before, after);
        Assert.NotEqual(0, await CompareFiles(edited, [0, 1]));

        // A build of what was edited, as an editor makes one of the whole solution, finds what crosses types too.
        string[] built = [.. (await AnalyzerVerifier.Analyze(edited, TestContext.Current.CancellationToken)).Select(Text)];
        Assert.Equal((await AnalyzerVerifier.Analyze(AnalyzerVerifier.Unseen(edited), TestContext.Current.CancellationToken)).Select(Text), built);
        Assert.True(built.Any(one => one.Contains("IRQ0007", StringComparison.Ordinal)), what);
    }

    [Fact]
    public async Task What_another_file_declares_counts_and_what_its_bodies_do_does_not()
    {
        string user = Usings + "class User { readonly RawSpinLock userLock = new(); readonly Other other = new(); [RunsIn(Context.HardIrq)] void Handle() { userLock.Acquire(); other.Wait(); userLock.Release(); } }";
        CSharpCompilation compilation = TestCompilation.Of([user, Other]);
        string[] first = await Shown(compilation, 0);
        Assert.Contains(first, one => one.Contains("IRQ0116", StringComparison.Ordinal));

        CSharpCompilation body = Typed(compilation, 1, "Wait() { }", "Wait() { count++; }");
        Assert.Equal(first, await Shown(body, 0));

        CSharpCompilation declaration = Typed(body, 1, "[MayBlock] ", "");
        Assert.DoesNotContain(await Shown(declaration, 0), one => one.Contains("IRQ0116", StringComparison.Ordinal));

        CSharpCompilation again = Typed(declaration, 1, "public void Wait", "[MayBlock] public void Wait");
        Assert.Equal(first, await Shown(again, 0));
    }

    [Fact]
    public async Task What_is_kept_holds_no_compilation()
    {
        (WeakReference before, CSharpCompilation now) = await Twice();
        for (int i = 0; i < 20 && before.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(before.IsAlive);
        GC.KeepAlive(now);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(WeakReference Before, CSharpCompilation Now)> Twice()
    {
        CSharpCompilation compilation = TestCompilation.Of([Device, Other]);
        await Shown(compilation, 0);
        CSharpCompilation now = Typed(compilation, 0, "queueLock.Acquire(); }", "int typed = 1; queueLock.Acquire(); }");
        await Shown(now, 0);
        return (new WeakReference(compilation.Assembly), now);
    }

    private static CSharpCompilation Typed(CSharpCompilation compilation, int file, string before, string after)
    {
        SyntaxTree tree = compilation.SyntaxTrees[file];
        SourceText text = tree.GetText(TestContext.Current.CancellationToken);
        int at = text.ToString().IndexOf(before, StringComparison.Ordinal);
        return compilation.ReplaceSyntaxTree(tree, tree.WithChangedText(text.WithChanges(new TextChange(new TextSpan(at, before.Length), after))));
    }

    /// <summary>Compares, and gives how much was found.</summary>
    private static async Task<int> CompareFiles(CSharpCompilation compilation, IEnumerable<int> files)
    {
        int found = 0;
        foreach (int file in files.Distinct())
        {
            string[] shown = await Shown(compilation, file);
            Assert.Equal(await Shown(AnalyzerVerifier.Unseen(compilation), file), shown);
            found += shown.Length;
        }

        return found;
    }

    private static async Task<string[]> Shown(CSharpCompilation compilation, int file)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        IReadOnlyList<Diagnostic> shown = await AnalyzerVerifier.AnalyzeFile(compilation, compilation.SyntaxTrees[file], cancellation);
        return [.. shown.Select(Text).Order(StringComparer.Ordinal)];
    }

    private static string Text(Diagnostic one) => new StringBuilder().Append(one).Append(" at ").AppendJoin(", ", one.AdditionalLocations.Prepend(one.Location).Select(location => $"{location.SourceTree?.FilePath}{location.SourceSpan}"))
        .Append(' ').AppendJoin(", ", one.Properties.OrderBy(pair => pair.Key, StringComparer.Ordinal)).ToString();

    /// <summary>Mostly a statement more or less in a body; now and then something else, which may not compile.</summary>
    private static SyntaxTree Edited(SyntaxTree file, Random random)
    {
        SourceText text = file.GetText();
        SyntaxNode root = file.GetRoot();
        BlockSyntax[] bodies = [.. root.DescendantNodes().OfType<BlockSyntax>()];
        StatementSyntax[] statements = [.. root.DescendantNodes().OfType<StatementSyntax>().Where(one => one is not BlockSyntax)];
        SyntaxToken[] tokens = [.. root.DescendantTokens().Where(token => token.Span.Length > 0)];
        TextChange change = random.Next(8) switch
        {
            < 3 when bodies.Length > 0 => new TextChange(new TextSpan(bodies[random.Next(bodies.Length)].OpenBraceToken.Span.End, 0), $" int typed{random.Next(1000)} = 1; "),
            < 5 when statements.Length > 0 => new TextChange(statements[random.Next(statements.Length)].Span, ""),
            5 when statements.Length > 0 => new TextChange(new TextSpan(statements[random.Next(statements.Length)].SpanStart, 0), "if (1 > 2) "),
            6 => new TextChange(new TextSpan(tokens[random.Next(tokens.Length)].SpanStart, 0), "\n// noted\n"),
            _ => new TextChange(tokens[random.Next(tokens.Length)].Span, ""),
        };
        return file.WithChangedText(text.WithChanges(change));
    }
}
