using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0011ContractFileLineTests
{
    private const string Kernel = """
        namespace Kernel
        {
            public enum Mode { Off, Wait }
            public sealed class TicketLock
            {
                public void Acquire() { }
                public void Release() { }
                public bool TryAcquire(int spins) => spins > 0;
            }
            public static class Log
            {
                public static void Write(string text, Mode mode) { }
                public static void Count() { }
            }
            public sealed class Queue<T>
            {
                public Queue(int size) { }
                public void Push(T item) { }
                public T this[int index] => default;
                public int Length => 0;
            }
            public delegate void Handler(int irq);
        }
        """;

    [Theory]
    [InlineData("M:Kernel.Log.Write(System.String,Kernel.Mode)  [MayBlock(When = \"mode == Mode.Wait\")]")]
    [InlineData("M:Kernel.Log.Count [NmiSafe]")]
    [InlineData("M:Kernel.Log.Count\t[NmiSafe] [LegalIn(Context.Task | Context.PseudoNmi)]")]
    [InlineData("M:Kernel.Log.Count  [IrqSafety.Contracts.NmiSafeAttribute(), LegalIn(IrqSafety.Contracts.Context.Any)]")]
    [InlineData("M:Kernel.TicketLock.Acquire  [Acquires(\"this\", Mode = LockMode.Exclusive)]")]
    [InlineData("M:Kernel.TicketLock.TryAcquire(System.Int32)  [TryAcquires(\"this\", On = true), ArgumentRange(\"spins\", 0, 0x7F)]")]
    [InlineData("M:Kernel.Queue`1.#ctor(System.Int32)  [MayAllocate]")]
    [InlineData("M:Kernel.Queue`1.Push(`0)  [MayAllocate]")]
    [InlineData("P:Kernel.Queue`1.Item(System.Int32)  [RequiresMasked(Mask.Irq)]")]
    [InlineData("P:Kernel.Queue`1.Length  [NmiSafe]")]
    [InlineData("T:Kernel.TicketLock  [LockType(LockKind.RawSpin)]")]
    [InlineData("T:Kernel.Handler  [RunsIn(Context.PseudoNmi, Within = Section.PreemptOff)]")]
    [InlineData("M:Kernel.Handler.Invoke(System.Int32)#irq  [RunsIn(Context.Task)]")]
    [InlineData("[assembly: DeclareLockClass(\"console\", LockKind.Spin, UsedIn = Context.Task | Context.HardIrq)]")]
    [InlineData("# a comment [that is not read")]
    [InlineData("")]
    public Task Valid(string line) => Verify.WithContractFile("IRQ0011", Kernel, $"version 1\n{line}\n");

    [Theory]
    [InlineData("M:Kernel.Log.Count", "a line is a documentation ID, spaces and an attribute list")]
    [InlineData("Kernel.Log.Count  [NmiSafe]", "'Kernel.Log.Count' is not a documentation ID such as 'M:Kernel.Mutex.Acquire'; one begins with 'M:', 'P:', 'T:' or 'F:'")]
    [InlineData("M:Kernel.Log.Missing  [NmiSafe]", "there is no 'M:Kernel.Log.Missing' in the program or what it references")]
    [InlineData("M:Kernel.Log.Write(System.String)  [NmiSafe]", "there is no 'M:Kernel.Log.Write(System.String)' in the program or what it references")]
    [InlineData("M:Kernel.Log.Write(System.String,Kernel.Mode)#return  [Guard]", "'Write' returns nothing")]
    [InlineData("M:Kernel.Log.Write(System.String,Kernel.Mode)#level  [RunsIn(Context.Task)]", "'Write' has no parameter 'level'")]
    [InlineData("M:Kernel.Log.Count  [Nmi]", "there is no contract attribute [Nmi]")]
    [InlineData("M:Kernel.Log.Count  [NmiSafe", "the attribute list cannot be parsed: Syntax error, ']' expected")]
    [InlineData("M:Kernel.Log.Count  [NmiSafe] class X { }", "'[NmiSafe] class X { }' is not an attribute list in brackets")]
    [InlineData("M:Kernel.Log.Count  [NmiSafe] // certainly", "'[NmiSafe] // certainly' is not an attribute list in brackets")]
    [InlineData("M:Kernel.Log.Count  [return: Guard]", "'return:' in the list is not used; what it is for stands in front of the list")]
    [InlineData("M:Kernel.Log.Count  [NmiSafe, NmiSafe]", "[NmiSafe] is said twice")]
    [InlineData("M:Kernel.Log.Count  [LegalIn]", "[LegalIn] needs 'contexts'")]
    [InlineData("M:Kernel.Log.Count  [LegalIn(Context.Tasks)]", "'contexts' in [LegalIn]: 'Context' has no member 'Tasks'")]
    [InlineData("M:Kernel.Log.Count  [LegalIn(Mask.Irq)]", "'contexts' in [LegalIn]: 'Mask.Irq' is not a member of 'Context'")]
    [InlineData("M:Kernel.Log.Count  [LegalIn(4)]", "'contexts' in [LegalIn]: '4' is not a member of 'Context'")]
    [InlineData("M:Kernel.Log.Count  [LegalIn(Context.Task, Context.HardIrq)]", "[LegalIn] takes 1 argument, not 2")]
    [InlineData("M:Kernel.Log.Count  [MayBlock(If = \"x\")]", "[MayBlock] has no 'If' to be given by name")]
    [InlineData("M:Kernel.Log.Count  [MayBlock(When = typeof(int))]", "'When' in [MayBlock]: 'typeof(int)' is not a text")]
    [InlineData("M:Kernel.Log.Count  [MayBlock(When = \"mode == Mode.Wait\")]", "there is no parameter 'mode'")]
    [InlineData("M:Kernel.Log.Write(System.String,Kernel.Mode)  [MayBlock(When = \"mode == Mode.Maybe\")]", "'Mode' has no member 'Maybe'")]
    [InlineData("M:Kernel.Log.Count  [NmiSafe, MayBlock]", "it is declared safe from NMI, and may block")]
    [InlineData("M:Kernel.Log.Count  [LockType(LockKind.Spin)]", "[LockType] does not belong on a method")]
    [InlineData("T:Kernel.TicketLock  [NmiSafe]", "[NmiSafe] does not belong on a type")]
    [InlineData("M:Kernel.Log.Count#return  [NmiSafe]", "[NmiSafe] does not belong on what a method returns")]
    [InlineData("M:Kernel.TicketLock.TryAcquire(System.Int32)  [ArgumentRange(\"spins\", low, 3)]", "'minimum' in [ArgumentRange]: 'low' is not a number")]
    [InlineData("[NmiSafe]", "write what the list is for: a documentation ID in front of it, or 'assembly:' in it")]
    [InlineData("M:Kernel.Log.Count  [NmiSa\uFFFDe]", "the line is not text in UTF-8")]
    public Task Reported(string line, string problem) =>
        Verify.WithContractFile("IRQ0011", Kernel, $"version 1\n[|{line}|]\n", $"Line 2 of a contract file is not used: {problem}");

    [Theory]
    [InlineData("version 2")]
    [InlineData("# version 1")]
    [InlineData("")]
    public Task Reported_without_a_version_and_nothing_else_is_read(string first) => Verify.WithContractFile(
        "IRQ0011",
        Kernel,
        $"[|{first}|]\nM:Kernel.Log.Missing  [Nmi]\n",
        "Line 1 of a contract file is not used: the first line is not 'version 1', so nothing in it is used");

    [Fact]
    public Task Reported_two_lines_that_say_different_things() => Verify.WithContractFile("IRQ0011", Kernel, """
        version 1
        M:Kernel.Log.Count  [NmiSafe]
        [|M:Kernel.Log.Count  [MayBlock]|]
        """, "Line 3 of a contract file is not used: line 2 of 'Test0.irqcontracts' says something else of 'M:Kernel.Log.Count'");

    [Fact]
    public Task Valid_two_lines_that_say_the_same() => Verify.WithContractFile("IRQ0011", Kernel, """
        version 1
        M:Kernel.Log.Count  [NmiSafe, LegalIn(Context.Any)]
        M:Kernel.Log.Count [LegalIn( Context.Any ), NmiSafe]
        """);

    [Fact]
    public Task A_bad_line_does_not_affect_the_others() => Verify.WithContractFile("IRQ0011", Kernel + """

        class Driver
        {
            private readonly Kernel.TicketLock _lock = new();

            public void Twice()
            {
                _lock.Acquire();
                {|IRQ0103:_lock.Acquire()|};
                _lock.Release();
                _lock.Release();
            }
        }
        """, """
        version 1
        [|M:Kernel.Log.Missing  [NmiSafe]|]
        T:Kernel.TicketLock  [LockType(LockKind.RawSpin)]
        M:Kernel.TicketLock.Acquire  [Acquires("this")]
        M:Kernel.TicketLock.Release  [Releases("this")]
        """);

    [Fact]
    public async Task A_file_of_the_user_goes_before_attributes()
    {
        const string Source = """
            using IrqSafety.Contracts;
            class Driver
            {
                [MayBlock] public void Wait() { }
                [RunsIn(Context.HardIrq)] public void Handle() { Wait(); }
            }
            """;
        await AnalyzerVerifier.Verify("IRQ0116", [Source.Replace("Wait(); }", "[|Wait()|]; }")], cancellation: TestContext.Current.CancellationToken);
        await AnalyzerVerifier.Verify("IRQ0116", [Source], contracts: ["version 1\nM:Driver.Wait  [LegalIn(Context.Any)]\n"], cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_file_of_the_user_goes_before_what_ships()
    {
        const string Source = """
            using IrqSafety.Contracts;
            class Driver
            {
                [RunsIn(Context.HardIrq)] public void Handle() { System.Threading.Thread.Sleep(0); }
            }
            """;
        await AnalyzerVerifier.Verify("IRQ0116", [Source], contracts: ["version 1\nM:System.Threading.Thread.Sleep(System.Int32)  [LegalIn(Context.Any)]\n"], cancellation: TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Of_two_files_the_first_by_path_is_used_and_the_other_reported()
    {
        IReadOnlyList<Diagnostic> found = await AnalyzerVerifier.Verify(
            "IRQ0011",
            [Kernel],
            withModel: false,
            contracts: ["version 1\nM:Kernel.Log.Count  [NmiSafe]\n", "version 1\n[|M:Kernel.Log.Count  [MayBlock]|]\n"],
            cancellation: TestContext.Current.CancellationToken);
        Assert.Contains("line 2 of 'Test0.irqcontracts'", found.Single().GetMessage(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public Task A_flag_of_an_enum_of_the_program_is_found_through_the_parameter() => Verify.WithContractFile("IRQ0204", """
        namespace Kernel
        {
            [Flags] public enum LineFlags { None = 0, Shared = 0x80 }
            public static class Lines { public static int Request(int line, LineFlags flags) => 0; }
            class Driver { public int Start() => Lines.Request(40, [|LineFlags.Shared|]); }
        }
        """, """
        version 1
        M:Kernel.Lines.Request(System.Int32,Kernel.LineFlags)  [RejectsFlag("flags", LineFlags.Shared, Because = "an NMI line has one handler")]
        """);

    [Fact]
    public async Task Without_attributes_and_files_nothing_is_even_registered() =>
        Assert.Empty(await AnalyzerVerifier.Verify(null, ["class Program { void Main() { lock (this) { System.Console.WriteLine(); } } }"], withModel: false, cancellation: TestContext.Current.CancellationToken));
}
