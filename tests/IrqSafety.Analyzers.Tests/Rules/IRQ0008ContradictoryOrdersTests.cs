using System.Threading.Tasks;
using IrqSafety.Testing;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0008: declarations of lock classes and their order that cannot all hold.</summary>
public sealed class IRQ0008ContradictoryOrdersTests
{
    [Fact]
    public Task Orders_that_differ_from_version_to_version_and_lists_that_overlap_are_legal() => Verify.Valid("""
        [assembly: DeclareLockClass("its_lock", LockKind.Mutex, Level = 10)]
        [assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin, Level = 20)]
        [assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin)]
        [assembly: DeclareLockClass("irq_lock", LockKind.RawSpin)]
        [assembly: LockOrder("kvm-6.12", "its_lock", "ap_list_lock", "lpi_xa_lock", "irq_lock")]
        [assembly: LockOrder("kvm-6.12", "its_lock", "irq_lock")]
        [assembly: LockOrder("kvm-6.18", "its_lock", "lpi_xa_lock", "ap_list_lock", "irq_lock")]

        class Vgic
        {
            [LockClass(Alias = "ap_list_lock", Level = 20)] private readonly RawSpinLock listLock = new();
            [LockClass(Alias = "irq_lock", Level = 30)] private readonly RawSpinLock irqLock = new();
            [LockClass(Level = 30)] private readonly RawSpinLock other = new();
        }
        """);

    [Fact]
    public Task Two_lists_of_one_version_in_opposite_order() => Verify.Reported("IRQ0008", """
        [assembly: LockOrder("kvm-6.12", "ap_list_lock", "irq_lock")]
        [assembly: [|LockOrder("kvm-6.12", "irq_lock", "ap_list_lock")|]]
        """,
        "The declarations of 'kvm-6.12' contradict each other: ap_list_lock → irq_lock by [LockOrder(\"kvm-6.12\", \"ap_list_lock\", \"irq_lock\")] (Test0.cs:4), irq_lock → ap_list_lock by [LockOrder(\"kvm-6.12\", \"irq_lock\", \"ap_list_lock\")] (Test0.cs:5). Take one of them back, or give it another profile; until then none of them holds.");

    [Fact]
    public Task A_ring_through_several_lists_and_files_is_one_contradiction() => Verify.ReportedInFiles("IRQ0008", """
        [assembly: LockOrder("xen", "d", "a")]
        """, """
        [assembly: LockOrder("xen", "a", "b", "c")]
        """, """
        [assembly: LockOrder("xen-next", "c", "a")]
        [assembly: [|LockOrder("xen", "c", "d")|]]
        """);

    [Fact]
    public Task A_list_that_names_a_class_twice() => Verify.Reported("IRQ0008", """
        [assembly: [|LockOrder("v1", "a", "b", "a")|]]
        [assembly: [|LockOrder("v2", "a", "a")|]]
        """,
        "The declarations of 'v1' contradict each other: a → b by [LockOrder(\"v1\", \"a\", \"b\", \"a\")] (Test0.cs:4), b → a by [LockOrder(\"v1\", \"a\", \"b\", \"a\")] (Test0.cs:4). Take one of them back, or give it another profile; until then none of them holds.",
        "The declarations of 'v2' contradict each other: [LockOrder(\"v2\", \"a\", \"a\")] (Test0.cs:5) names 'a' twice in a row. Name it once; until then none of them holds.");

    [Fact]
    public Task Levels_against_a_list_of_aliases_or_of_fields() => Verify.Reported("IRQ0008", """
        [assembly: DeclareLockClass("irq_lock", LockKind.RawSpin, Level = 30)]
        [assembly: LockOrder("v1", "irq_lock", "F:Vgic.listLock")]

        class Vgic
        {
            [[|LockClass(Alias = "ap_list_lock", Level = 20)|]] private readonly RawSpinLock listLock = new();
            [LockClass(Level = 10)] private readonly RawSpinLock outer = new();
        }
        """,
        "The declarations of 'v1' contradict each other: irq_lock → ap_list_lock by [LockOrder(\"v1\", \"irq_lock\", \"F:Vgic.listLock\")] (Test0.cs:5), ap_list_lock → irq_lock by [LockClass] of 'Vgic.listLock' (Test0.cs:9) and [DeclareLockClass(\"irq_lock\", …)] (Test0.cs:4). Take one of them back, or give it another profile; until then none of them holds.");

    [Fact]
    public Task One_class_with_two_kinds_or_two_levels() => Verify.Reported("IRQ0008", """
        [assembly: DeclareLockClass("a", LockKind.RawSpin)]
        [assembly: [|DeclareLockClass("a", LockKind.Mutex)|]]
        [assembly: DeclareLockClass("b", LockKind.RawSpin, Level = 1)]
        [assembly: [|DeclareLockClass("b", LockKind.RawSpin, Level = 2)|]]
        [assembly: DeclareLockClass("c", LockKind.RawSpin)]
        [assembly: DeclareLockClass("d", LockKind.RawSpin)]

        class Vgic
        {
            [[|LockClass(Alias = "c")|]] private readonly SpinLock one = new();
            [LockClass(Alias = "d", Level = 3)] private readonly RawSpinLock two = new();
            [[|LockClass(Alias = "d", Level = 4)|]] private readonly RawSpinLock three = new();
        }
        """,
        "The declarations of 'a' contradict each other: [DeclareLockClass(\"a\", …)] (Test0.cs:4) says RawSpin, [DeclareLockClass(\"a\", …)] (Test0.cs:5) says Mutex. Give it one kind; until then none of them holds.",
        "The declarations of 'b' contradict each other: [DeclareLockClass(\"b\", …)] (Test0.cs:6) says level 1, [DeclareLockClass(\"b\", …)] (Test0.cs:7) says level 2. Give it one level; until then none of them holds.",
        "The declarations of 'c' contradict each other: [DeclareLockClass(\"c\", …)] (Test0.cs:8) says RawSpin, [LockClass] of 'Vgic.one' (Test0.cs:13) says Spin. Give it one kind; until then none of them holds.",
        "The declarations of 'd' contradict each other: [LockClass] of 'Vgic.two' (Test0.cs:14) says level 3, [LockClass] of 'Vgic.three' (Test0.cs:15) says level 4. Give it one level; until then none of them holds.");

    [Fact]
    public Task A_reference_has_declared_otherwise() => Verify.WithLibrary("IRQ0008", """
        [assembly: DeclareLockClass("port", LockKind.Spin)]
        [assembly: LockOrder("linux", "console", "port")]
        [assembly: LockOrder("linux", "port", "clock")]
        """, """
        [assembly: [|LockOrder("linux", "clock", "console")|]]
        [assembly: [|DeclareLockClass("port", LockKind.Mutex)|]]
        """);

    [Fact]
    public Task A_contract_file_contradicts_the_source() => AnalyzerVerifier.Verify(
        "IRQ0008",
        ["""
        using IrqSafety.Contracts;

        [assembly: LockOrder("linux", "console", "port")]
        """],
        contracts: ["version 1\n{|IRQ0008:[assembly: LockOrder(\"linux\", \"port\", \"console\")]|}\n"],
        cancellation: TestContext.Current.CancellationToken);
}
