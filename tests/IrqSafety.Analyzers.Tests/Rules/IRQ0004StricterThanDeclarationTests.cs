using System;
using System.Linq;
using System.Text.RegularExpressions;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts.Variance;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0004StricterThanDeclarationTests
{
    private const string Id = "IRQ0004";

    // The table of variance, row by row: what a declaration says, what its implementation says, and what that is stricter in; null for nothing.
    public static TheoryData<string, string, string?> Table => new()
    {
        // Needs may be dropped, never added.
        { "", "[LegalIn(Context.Task | Context.SoftIrq)]", "is not legal in an interrupt or an FIQ or a pseudo-NMI or an NMI or an SError or a synchronous exception or a normal SDEI event or a critical SDEI event" },
        { "[LegalIn(Context.Task)]", "[LegalIn(Context.Task | Context.SoftIrq)]", null },
        { "[LegalIn(Context.Task | Context.HardIrq)]", "[LegalIn(Context.Task)]", "is not legal in an interrupt" },
        { "[ForbiddenIn(Context.AnyInterrupt)]", "[ForbiddenIn(Context.AnyNmi)]", null },
        { "[ForbiddenIn(Context.HardIrq)]", "[ForbiddenIn(Context.AnyNmi)]", "is not legal in an NMI" },
        { "[ForbiddenIn(Context.AnyNmi, When = \"wait == true\")]", "[ForbiddenIn(Context.AnyNmi, When = \"wait == true\")]", null },
        { "[ForbiddenIn(Context.AnyNmi, When = \"wait == true\")]", "[ForbiddenIn(Context.AnyNmi)]", "is not legal in an NMI" },
        { "", "[MayBlock]", "may sleep" },
        { "[MayBlock]", "[NmiSafe]", null },
        { "[MayBlock]", "[MayBlock(When = \"wait == true\")]", null },
        { "[MayBlock(When = \"wait == true\")]", "[MayBlock(When = \"wait == true\")]", null },
        { "[MayBlock(When = \"wait == true\")]", "[MayBlock]", "may sleep" },
        { "[MayBlock(When = \"wait == false\")]", "[MayBlock(When = \"wait == true\")]", "may sleep when wait == true" },
        { "", "[WaitsForCpus]", "waits for other CPUs" },
        { "[WaitsForCpus]", "[NmiSafe]", null },
        { "", "[MayAllocate]", "allocates memory" },
        { "[MayAllocate]", "[NmiSafe]", null },
        { "", "[MayThrow]", "may throw" },
        { "[MayThrow]", "[NmiSafe]", null },
        { "", "[RequiresMasked(Mask.Irq)]", "needs interrupts off" },
        { "[RequiresMasked(Mask.Irq | Mask.Preemption)]", "[RequiresMasked(Mask.Irq)]", null },
        { "[RequiresMasked(Mask.Preemption)]", "[RequiresMasked(Mask.Irq | Mask.Preemption)]", "needs interrupts off" },
        { "", "[RequiresUnmasked(Mask.Irq)]", "needs interrupts on" },
        { "[RequiresUnmasked(Mask.Irq)]", "[NmiSafe]", null },
        { "", "[RequiresHeld(\"chip\")]", "must be called with 'chip' held" },
        { "[RequiresHeld(\"chip\")]", "[NmiSafe]", null },
        { "[RequiresHeld(\"chip\")]", "[RequiresHeld(\"chip\", Mode = LockMode.Shared)]", null },
        { "[RequiresHeld(\"chip\", Mode = LockMode.Shared)]", "[RequiresHeld(\"chip\")]", "must be called with 'chip' held" },
        { "[RequiresHeld(\"chip\")]", "[RequiresHeld(\"this.chip\")]", null },
        { "", "[RequiresNotHeld(\"chip\")]", "must be called without 'chip' held" },
        { "[RequiresNotHeld(\"chip\")]", "[NmiSafe]", null },
        { "", "[Takes(\"chip\")]", "takes 'chip'" },
        { "[Takes(\"chip\")]", "[NmiSafe]", null },
        { "[Takes(\"chip\")]", "[Takes(\"this.chip\")]", null },
        { "[Takes(\"line\")]", "[Takes(\"chip\")]", "takes 'chip'" },
        { "[Takes(\"chip\")]", "[Takes(\"chip\", When = \"wait == true\")]", null },
        { "[Takes(\"chip\", When = \"wait == true\")]", "[Takes(\"chip\")]", "takes 'chip'" },
        { "[Takes(\"chip\"), Takes(\"line\")]", "[Takes(\"chip\"), Takes(\"line\"), TakesInOrder(\"chip\", \"line\")]", "takes 'chip' before 'line'" },
        { "[Takes(\"chip\"), Takes(\"line\"), TakesInOrder(\"chip\", \"line\")]", "[Takes(\"chip\"), Takes(\"line\")]", null },
        { "", "[Initialises(\"chip\")]", "initialises 'chip'" },
        { "", "[InPhase(\"boot\")]", "runs in the phase 'boot'" },
        { "[InPhase(\"boot\")]", "[NmiSafe]", null },

        { "", "[FollowedBy(\"isb\")]", "asks for an order of the step 'isb'" },
        { "[FollowedBy(\"isb\")]", "[NmiSafe]", null },

        // Promises may be added, never dropped.
        { "", "[NmiSafe]", null },
        { "[NmiSafe]", "[RequiresMasked(Mask.None)]", "- is safe from NMI" },
        { "[RunsIn(Context.HardIrq | Context.PseudoNmi)]", "[RunsIn(Context.HardIrq)]", "- runs in a pseudo-NMI" },
        { "[RunsIn(Context.HardIrq)]", "[RunsIn(Context.HardIrq | Context.PseudoNmi)]", null },

        { "[KeepsMask(Mask.Irq)]", "[NmiSafe]", "- returns with the state of interrupts that it found" },
        { "", "[KeepsMask(Mask.Irq)]", null },

        // Effects are what callers go on from.
        { "", "[Acquires(\"chip\")]", "returns with 'chip' held" },
        { "[Acquires(\"chip\")]", "[Acquires(\"this.chip\")]", null },
        { "[Acquires(\"chip\")]", "[NmiSafe]", "- returns with 'chip' held" },
        { "", "[Releases(\"chip\")]", "releases 'chip'" },
        { "[Releases(\"chip\")]", "[NmiSafe]", "- releases 'chip'" },
        { "", "[SetsMask(Mask.Irq, true)]", "changes masks (Mask.Irq, true)" },
        { "[SetsMask(Mask.Irq, true)]", "[SetsMask(Mask.Irq, true)]", null },
        { "[SetsMask(Mask.Irq, true)]", "[NmiSafe]", "- changes masks (Mask.Irq, true)" },
        { "", "[Step(\"isb\")]", "is the step 'isb'" },
        { "[Step(\"isb\")]", "[Step(\"isb\")]", null },
        { "[Step(\"isb\")]", "[NmiSafe]", "- is the step 'isb'" },
        { "", "[Parks]", "never returns" },
        { "[Parks]", "[NmiSafe]", "- never returns" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public Task Each_contract_may_differ_in_one_direction(string declared, string own, string? stricter)
    {
        string method = stricter is null ? "Op" : "[|Op|]";
        string source = $$"""
            [assembly: DeclareLockClass("chip", LockKind.RawSpin)]
            [assembly: DeclareLockClass("line", LockKind.RawSpin)]

            public interface IChip
            {
                {{declared}} void Op(bool wait);
            }

            public sealed class Chip : IChip
            {
                [LockClass(Alias = "chip")] private readonly RawSpinLock _lock = new();
                {{own}} public void {{method}}(bool sync) { _ = _lock; }
            }
            """.Replace("\"wait ==", "\"" + "wait ==", System.StringComparison.Ordinal);
        source = source.Replace(own + " public", own.Replace("wait ==", "sync ==", System.StringComparison.Ordinal) + " public", System.StringComparison.Ordinal);
        string? message = stricter is null ? null
            : stricter.StartsWith("- ", System.StringComparison.Ordinal) ? $"'Chip.Op' does not say, as 'IChip.Op' does, that it {stricter[2..]}. Whoever calls it so is judged by that alone: make the two agree."
            : $"'Chip.Op' {stricter}, which 'IChip.Op' does not say. Whoever calls it so is judged by that alone: make the two agree.";
        return message is null ? Verify.Reported(Id, source) : Verify.Reported(Id, source, message);
    }

    // The rows that need a signature of their own. Each is a contract, a method that says nothing, and the same with the contract; what that says of it; whether leaving it out is told too.
    public static TheoryData<string, string, string, string, bool> Signatures => new()
    {
        { "WaitsForInterrupt", "void Op()", "[WaitsForInterrupt] void Op()", "waits for an interrupt", false },
        { "RejectsFlag", "void Op(IrqRequestFlags flags)", "[RejectsFlag(nameof(flags), IrqRequestFlags.Shared)] void Op(IrqRequestFlags flags)", "constrains the argument 'flags'", false },
        { "Reads", "void Op(Shared<int> cell)", "[Reads(nameof(cell))] void Op(Shared<int> cell)", "reads 'cell'", false },
        { "Reads", "void Op(Shared<int> cell)", "[Writes(nameof(cell))] void Op(Shared<int> cell)", "writes 'cell'", false },
        { "RunsIn on a parameter", "void Op(Action work)", "void Op([RunsIn(Context.HardIrq)] Action work)", "runs 'work' in an interrupt", false },
        { "TryAcquires", "bool Op()", "[TryAcquires(\"chip\")] bool Op()", "tries to take 'chip'", true },
        { "Guard", "LockGuard Op()", "[return: Guard(Holds = \"chip\")] LockGuard Op()", "returns with 'chip' held and returns a guard (chip, Exclusive, None, None)", true },
        { "Guard on a parameter", "void Op(LockGuard guard)", "void Op([Guard(Holds = \"chip\")] LockGuard guard)", "takes over the guard 'guard'", true },
        { "Disposes", "void Op()", "[Disposes] void Op()", "ends the guard it is called on", true },
        { "SavesMask", "IrqFlags Op()", "[SavesMask(Mask.Irq)] IrqFlags Op()", "saves masks (Mask.Irq)", true },
        { "RestoresMask", "void Op(IrqFlags flags)", "[RestoresMask(Mask.Irq, From = nameof(flags))] void Op(IrqFlags flags)", "restores masks (Mask.Irq)", true },
        { "WritesPriorityMask", "void Op(byte level)", "[WritesPriorityMask(nameof(level), Irq = 0xc0, Nmi = 0x80)] void Op(byte level)", "writes the priority mask (level, Irq = 0xc0, Nmi = 0x80)", true },
        { "Transition", "void Op(IntId irq)", "[Transition(\"percpu-line\", \"prepare-nmi\", Of = nameof(irq), Per = Scope.Cpu)] void Op(IntId irq)", "is a step of a protocol (percpu-line, prepare-nmi, irq, Cpu)", true },
    };

    [Theory]
    [MemberData(nameof(Signatures))]
    public async Task Contracts_of_parameters_and_results_may_differ_in_one_direction(string contract, string silent, string speaking, string says, bool isEffect)
    {
        Assert.Contains(ContractVariance.Table, row => row.Contract == contract && (row.Variance == Variance.Effect) == isEffect);
        await Compare(speaking, speaking, null);
        await Compare(silent, speaking, $"{says}, which 'IChip.Op' does not say");

        // What says nothing at all has the contract of its declaration.
        await Compare(speaking, silent, null);
        await Compare(speaking, "[NmiSafe] " + silent, isEffect ? $"does not say, as 'IChip.Op' does, that it {says}" : null);
    }

    // A promise: what stands for the declaration keeps it.
    [Fact]
    public async Task A_reference_that_the_declaration_takes_is_taken()
    {
        await Compare("[TakesReference(\"this\")] void Op()", "[NmiSafe] void Op()", "does not say, as 'IChip.Op' does, that it takes a reference to 'this'");
        await Compare("void Op()", "[TakesReference(\"this\")] void Op()", null);
    }

    [Fact]
    public void No_row_is_without_a_case()
    {
        string[] cases =
        [
            .. Table.Where(row => row.Data.Item3 is not null).Select(row => row.Data.Item1 + row.Data.Item2),
            .. Signatures.Select(row => $"[{row.Data.Item1}]"),
            "[TakesReference]",
        ];
        string[] without = [.. ContractVariance.Table.Select(row => row.Contract).Where(contract => !cases.Any(one => Regex.IsMatch(one, $@"[\[ ]{contract}[\](]")))];
        Assert.Empty(without);
    }

    private static Task Compare(string declared, string own, string? told)
    {
        string body = own.Contains("void Op", StringComparison.Ordinal) ? "{ }" : "=> default;";
        string name = told is null ? "public $0" : "public $1 [|Op|]";
        string source = $$"""
            [assembly: DeclareLockClass("chip", LockKind.RawSpin)]

            public interface IChip { {{declared}}; }

            public sealed class Chip : IChip
            {
                {{Regex.Replace(own, "(void|bool|LockGuard|IrqFlags) Op", name)}} {{body}}
            }
            """;
        return told is null ? Verify.Reported(Id, source) : Verify.Reported(Id, source, $"'Chip.Op' {told}. Whoever calls it so is judged by that alone: make the two agree.");
    }

    [Fact]
    public Task An_override_of_a_virtual_method_and_of_a_property() => Verify.Reported(Id, """
        public abstract class Device
        {
            [NmiSafe] public virtual int Count { get { return 0; } }
            [LegalIn(Context.Task)] public abstract void Stop();
            public virtual void Start() { }
        }

        public sealed class Uart : Device
        {
            [ForbiddenIn(Context.AnyNmi)] public override int Count { [|get|] { return 1; } }
            [LegalIn(Context.Task), MayBlock] public override void [|Stop|]() { }
            [MayBlock] public override void [|Start|]() { }
        }

        public sealed class Silent : Device
        {
            public override int Count => 2;
            public override void Stop() { }
            public override void Start() { }
        }
        """);

    [Fact]
    public Task What_a_base_class_implements_for_an_interface() => Verify.Reported(Id, """
        public interface IStop { [NmiSafe] void Stop(); }
        public class Base { [MayBlock] public void Stop() { } }
        public sealed class [|Derived|] : Base, IStop { }
        """);

    // Nobody can declare anything there, and nothing is promised.
    [Fact]
    public Task Legal_for_declarations_of_others_that_say_nothing() => Verify.Reported(Id, """
        public sealed class Line : IDisposable
        {
            [MayBlock] public void Dispose() { }
            [MayAllocate] public override string ToString() => "line";
        }
        """);

    [Fact]
    public Task A_method_that_asks_for_more_than_the_delegate_type_says() => Verify.Reported(
        Id,
        """
        [RequiresMasked(Mask.Irq)]
        [NmiSafe]
        public delegate void Masked();

        public static class Work
        {
            [NmiSafe, RequiresMasked(Mask.Irq)] public static void Fits() { }
            [NmiSafe] public static void NeedsLess() { }
            [MayBlock] public static void Sleeps() { }

            public static void Store()
            {
                Masked one = Fits, two = NeedsLess, three = [|Sleeps|];
                Run([|Sleeps|]);
                Run(NeedsLess);
                _ = (one, two, three);
            }

            private static void Run(Masked work) => _ = work;
        }
        """,
        "'Work.Sleeps' may sleep, which 'Masked' does not say, and does not say, as that does, that it is safe from NMI. Whoever calls it so is judged by that alone: make the two agree.",
        "'Work.Sleeps' may sleep, which 'Masked' does not say, and does not say, as that does, that it is safe from NMI. Whoever calls it so is judged by that alone: make the two agree.");

    // The engine judges the call of a contracted delegate as that of a method.
    [Fact]
    public Task The_call_of_a_contracted_delegate_is_judged() => Verify.Reported("IRQ0116", """
        [MayBlock]
        public delegate void Flush();

        public sealed class Log
        {
            private readonly RawSpinLock _lock = new();
            [Takes("this._lock")]
            private void Under(Flush flush) { using (_lock.Lock()) { [|flush()|]; } }
        }
        """);

    // Where it runs is said; a lock that its caller must hold is not.
    [Fact]
    public Task A_place_that_says_where_it_runs_still_holds_no_lock() => Verify.Reported(Id, """
        public sealed class Timer
        {
            public RawSpinLock Lock { get; } = new();
            public void Start() => Queue([|Locked|]);
            public void StartFree() => Queue(Free);
            [RequiresHeld("this.Lock")] public void Locked() { }
            [MayBlock] public void Free() { }
            private static void Queue([RunsIn(Context.Task)] Action work) => _ = work;
        }
        """);

    // Its body is elsewhere, so that nobody judges it in the context it is registered for.
    [Fact]
    public async Task A_method_of_another_assembly_in_a_context_where_it_is_not_legal()
    {
        MetadataReference library = TestCompilation.Library("""
            using IrqSafety.Contracts;

            public static class Library
            {
                [MayBlock] public static void Sleep() { }
                [NmiSafe] public static void Poll() { }
                [ForbiddenIn(Context.AnyNmi, Because = "takes the runqueue lock")] public static void Wake() { }
            }
            """, asReferenceAssembly: true);
        await AnalyzerVerifier.Verify(
            Id,
            [
                """
                using System;
                using IrqSafety.Contracts;

                public static class Registers
                {
                    public static void All()
                    {
                        InInterrupt([|Library.Sleep|]);
                        InInterrupt(Library.Wake);
                        InInterrupt(Library.Poll);
                        InNmi([|Library.Wake|]);
                        InTask(Library.Sleep);
                    }

                    private static void InInterrupt([RunsIn(Context.HardIrq)] Action handler) => _ = handler;
                    private static void InNmi([RunsIn(Context.PseudoNmi)] Action handler) => _ = handler;
                    private static void InTask([RunsIn(Context.Task)] Action work) => _ = work;
                }
                """,
            ],
            [
                "'Library.Sleep' may sleep and may run in an interrupt, which 'handler' does not say. Whoever calls it so is judged by that alone: make the two agree.",
                "'Library.Wake' takes the runqueue lock and may run in a pseudo-NMI, which 'handler' does not say. Whoever calls it so is judged by that alone: make the two agree.",
            ],
            references: [library],
            cancellation: TestContext.Current.CancellationToken);
    }
}
