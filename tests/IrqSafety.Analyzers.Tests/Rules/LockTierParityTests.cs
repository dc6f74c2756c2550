using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>
/// The same defect in one type is the live rule's, over two types it is the build rule's; neither is said twice. The verifier holds the live tier
/// to the same findings file by file.
/// </summary>
public sealed class LockTierParityTests
{
    private const string Pair = "sealed class Pair { public RawSpinLock A { get; } = new(); public RawSpinLock B { get; } = new(); }\n";

    [Fact]
    public Task IRQ0101_order_in_one_type() => Verify.Reported("IRQ0101", Pair + """
        class Both(Pair pair)
        {
            public void AThenB() { using (pair.A.Lock()) using (pair.B.Lock()) { } }
            public void BThenA() { using (pair.B.Lock()) using ([|pair.A.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task IRQ0151_order_in_two_types() => Verify.ReportedInFiles("IRQ0151", Pair, """
        class One(Pair pair) { public void AThenB() { using (pair.A.Lock()) using (pair.B.Lock()) { } } }
        """, """
        class Other(Pair pair) { public void BThenA() { using (pair.B.Lock()) using ([|pair.A.Lock()|]) { } } }
        """);

    [Fact]
    public Task IRQ0151_order_through_a_helper_of_another_type() => Verify.ReportedInFiles("IRQ0151", """
        class Upper
        {
            readonly RawSpinLock upperLock = new();
            readonly Lower lower = new();
            public void Down() { using (upperLock.Lock()) lower.Touch(this); }
            public void Touch() { using (upperLock.Lock()) { } }
        }
        """, """
        class Lower
        {
            readonly RawSpinLock lowerLock = new();
            public void Touch(Upper upper) { using ([|lowerLock.Lock()|]) { } }
            public void Up(Upper upper) { using (lowerLock.Lock()) upper.Touch(); }
        }
        """);

    [Fact]
    public Task One_inversion_is_one_report_wherever_else_its_orders_are_taken() => Verify.Reported("IRQ0101", Pair + """
        class Both(Pair pair)
        {
            public void AThenB() { using (pair.A.Lock()) using (pair.B.Lock()) { } }
            public void BThenA() { using (pair.B.Lock()) using ([|pair.A.Lock()|]) { } }
        }
        class Third(Pair pair) { public void BThenA() { using (pair.B.Lock()) using (pair.A.Lock()) { } } }
        """);

    [Fact]
    public Task Valid_one_order_in_two_types() => Verify.Valid(Pair + """
        class One(Pair pair) { public void AThenB() { using (pair.A.Lock()) using (pair.B.Lock()) { } } }
        class Other(Pair pair) { public void Same() { using (pair.A.Lock()) using (pair.B.Lock()) { } if (pair.A.TryAcquire()) pair.A.Release(); } }
        """);

    [Fact]
    public Task IRQ0103_twice_in_one_type() => Verify.Reported("IRQ0103", """
        class Counter
        {
            readonly RawSpinLock countLock = new();
            public void Receive() { using (countLock.Lock()) Add(); }
            void Add() { using ([|countLock.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task IRQ0153_twice_through_another_type() => Verify.ReportedInFiles("IRQ0153", """
        class Counter { public RawSpinLock Lock { get; } = new(); public void Add() { using ([|Lock.Lock()|]) { } } }
        """, """
        class Receiver(Counter counter) { public void Receive() { using (counter.Lock.Lock()) counter.Add(); } }
        """);

    [Fact]
    public Task Valid_the_callee_of_another_type_requires_it_or_it_is_another_object() => Verify.Valid("""
        class Counter
        {
            int n;
            public RawSpinLock Lock { get; } = new();
            [RequiresHeld("this.Lock")] public void AddLocked() => n++;
            public void Add() { using (Lock.Lock()) { n++; } }
        }

        class Receiver(Counter counter)
        {
            readonly RawSpinLock own = new();
            public void Receive() { using (counter.Lock.Lock()) counter.AddLocked(); }
            public void After() { using (own.Lock()) { counter.Add(); } }
        }
        """);

    [Fact]
    public Task IRQ0159_a_reader_again_through_another_type() => Verify.ReportedInFiles("IRQ0159", """
        class Limits { public RwSemaphore Lock { get; } = new(); public void Read() { using ([|Lock.LockRead()|]) { } } }
        """, """
        class Governor(Limits limits) { public void Update() { using (limits.Lock.LockRead()) limits.Read(); } }
        """);

    [Fact]
    public Task Valid_a_reader_that_passes_writers_through_another_type() => Verify.Valid("""
        class Limits { public RwLock Lock { get; } = new(); public void Read() { using (Lock.LockReadRecursive()) { } } }
        class Governor(Limits limits) { public void Update() { using (limits.Lock.LockRead()) limits.Read(); } }
        """);

    [Fact]
    public Task IRQ0160_a_spin_lock_of_another_type_in_a_raw_section() => Verify.ReportedInFiles("IRQ0160", """
        class Domain { readonly SpinLock own = new(); public void Map() { using ([|own.Lock()|]) { } } }
        """, """
        class Line(Domain domain) { readonly RawSpinLock desc = new(); public void Start() { using (desc.Lock()) domain.Map(); } }
        """);

    [Fact]
    public Task Valid_a_raw_lock_of_another_type_in_a_raw_section() => Verify.Valid("""
        class Domain { readonly RawSpinLock own = new(); public void Map() { using (own.Lock()) { } } }
        class Line(Domain domain) { readonly RawSpinLock desc = new(); public void Start() { using (desc.Lock()) domain.Map(); } }
        """);

    [Fact]
    public Task IRQ0165_one_of_the_class_through_another_type() => Verify.ReportedInFiles("IRQ0165", """
        class Node { public RawSpinLock Lock { get; } = new(); public void Attach() { using ([|Lock.Lock()|]) { } } }
        """, """
        class Mover(Node from, Node to) { public void Move() { using (from.Lock.Lock()) to.Attach(); } }
        """);

    [Fact]
    public Task Valid_one_of_the_class_with_a_subclass_through_another_type() => Verify.Valid("""
        class Node { public RawSpinLock Lock { get; } = new(); public void Attach() { Lock.AcquireNested(1); Lock.Release(); } }
        class Mover(Node from, Node to) { public void Move() { using (from.Lock.Lock()) to.Attach(); } }
        """);

    [Fact]
    public Task IRQ0167_initialised_through_another_type() => Verify.ReportedInFiles("IRQ0167", """
        class Ring { public SpinLock Lock { get; } = new(); public void Clear() => [|Lock.Initialise()|]; }
        """, """
        class Device(Ring ring) { public void Reset() { ring.Lock.Acquire(); ring.Clear(); ring.Lock.Release(); } }
        """);

    [Fact]
    public Task Valid_initialised_through_another_type_before_it_is_taken() => Verify.Valid("""
        class Ring { public SpinLock Lock { get; } = new(); public void Clear() => Lock.Initialise(); }
        class Device(Ring ring) { public void Reset() { ring.Clear(); ring.Lock.Acquire(); ring.Lock.Release(); } }
        """);

    private const string Slot = "sealed class Slot { public RawSpinLock Lock { get; } = new(); }\n";

    [Fact]
    public Task IRQ0107_use_in_one_type() => Verify.Reported("IRQ0107", Slot + """
        class Mail(Slot slot)
        {
            [RunsIn(Context.HardIrq)] void Handle() { using (slot.Lock.Lock()) { } }
            [RunsIn(Context.Task)] void Send() { using ([|slot.Lock.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task IRQ0157_use_in_two_types() => Verify.ReportedInFiles("IRQ0157", Slot, """
        class Handler(Slot slot) { [RunsIn(Context.HardIrq)] void Handle() { using (slot.Lock.Lock()) { } } }
        """, """
        class Sender(Slot slot) { [RunsIn(Context.Task)] void Send() { using ([|slot.Lock.Lock()|]) { } } }
        """);

    [Fact]
    public Task Valid_use_with_interrupts_off_in_two_types() => Verify.Valid(Slot + """
        class Handler(Slot slot) { [RunsIn(Context.HardIrq)] void Handle() { using (slot.Lock.Lock()) { } } }
        class Sender(Slot slot) { [RunsIn(Context.Task)] void Send() { using (slot.Lock.LockIrqSave()) { } } }
        """);

    [Fact]
    public Task IRQ0108_dependency_in_one_type() => Verify.Reported("IRQ0108", Pair + """
        class Controller(Pair pair)
        {
            [RunsIn(Context.HardIrq)] void Handle() { using (pair.A.Lock()) { } }
            [RunsIn(Context.Task)] void Apply() { using (pair.A.LockIrqSave()) using (pair.B.Lock()) { } }
            [RunsIn(Context.Task)] void Change() { using ([|pair.B.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task IRQ0158_dependency_in_three_types() => Verify.ReportedInFiles("IRQ0158", Pair, """
        class Handler(Pair pair) { [RunsIn(Context.HardIrq)] void Handle() { using (pair.A.Lock()) { } } }
        """, """
        class Applier(Pair pair) { [RunsIn(Context.Task)] void Apply() { using (pair.A.LockIrqSave()) using (pair.B.Lock()) { } } }
        """, """
        class Changer(Pair pair) { [RunsIn(Context.Task)] void Change() { using ([|pair.B.Lock()|]) { } } }
        """);

    [Fact]
    public Task IRQ0116_sleep_in_one_type() => Verify.Reported("IRQ0116", """
        class Table
        {
            readonly RawSpinLock desc = new();
            public void SetAffinity() { using (desc.LockIrqSave()) Grow(); }
            void Grow() => [|Slab.Allocate(128, mayWait: true)|];
        }
        """);

    [Fact]
    public Task IRQ0166_sleep_in_another_type() => Verify.ReportedInFiles("IRQ0166", """
        class Table { public void Grow() => [|Slab.Allocate(128, mayWait: true)|]; }
        """, """
        class Owner(Table table) { readonly RawSpinLock desc = new(); public void SetAffinity() { using (desc.LockIrqSave()) table.Grow(); } }
        """);

    [Fact]
    public Task Valid_sleep_before_the_section_or_an_allocation_that_does_not_wait() => Verify.Valid("""
        class Table { public void Grow(bool mayWait) => Slab.Allocate(128, mayWait: false); public void Prepare() => Slab.Allocate(128, mayWait: true); }
        class Owner(Table table) { readonly RawSpinLock desc = new(); public void SetAffinity() { table.Prepare(); using (desc.LockIrqSave()) table.Grow(false); } }
        """);
}
