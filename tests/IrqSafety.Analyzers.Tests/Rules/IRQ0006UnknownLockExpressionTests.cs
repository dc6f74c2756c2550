using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0006UnknownLockExpressionTests
{
    private const string Kernel = """
        [assembly: DeclareLockClass("its_lock", LockKind.RawSpin)]
        public class Queue { internal readonly RawSpinLock inner = new(); public readonly RawSpinLock queueLock = new(); public RawSpinLock[] perCpu = []; }
        public class Base { protected readonly RawSpinLock baseLock = new(); }
        static class Locks { public static readonly RawSpinLock Global = new(); }

        """;

    [Theory]
    [InlineData("nobody", "'nobody' is neither a parameter nor a declared lock class")]
    [InlineData("this.missing", "'Driver' has no field or property 'missing'")]
    [InlineData("queue.missing", "'Queue' has no field or property 'missing'")]
    [InlineData("queue.queueLock.missing", "'RawSpinLock' has no field or property 'missing'")]
    [InlineData("Locks.Local", "'Locks' has no field or property 'Local'")]
    [InlineData("return.queueLock", "'return' is neither a parameter nor a declared lock class")]
    [InlineData("its_lock.inner", "'its_lock' is neither a parameter nor a declared lock class")]
    public Task Reported_what_does_not_exist(string expression, string problem) => Verify.Reported("IRQ0006", Kernel + $$"""
        class Driver : Base
        {
            private readonly Queue ready = new();
            [[|Takes("{{expression}}")|]] public void Run(Queue queue) { }
        }
        """, $"The lock expression '{expression}' names no lock that its users can see: {problem}");

    [Fact]
    public Task Reported_where_the_lock_of_data_does_not_exist_or_is_none() => Verify.Reported("IRQ0006", Kernel + """
        class Driver : Base
        {
            private readonly RawSpinLock stateLock = new();
            private int ticks;
            private string name = "";
            [[|GuardedBy("lock")|]] private int one;
            [[|GuardedBy(All = new[] { "stateLock", "listLock" })|]] private int two;
            [[|GuardedBy(All = new[] { "stateLock" }, ReadAny = new[] { "its_lok" })|]] private int three;
            [[|GuardedBy("ticks")|]] private int four;
            [[|GuardedBy("this.name")|]] public int Five { get; set; }
            [GuardedBy(All = new[] { "stateLock", "its_lock" }, ReadAny = new[] { "baseLock" })] private int six;
        }
        """,
        "The lock expression 'lock' names no lock that its users can see: 'lock' is neither a parameter nor a declared lock class",
        "The lock expression 'listLock' names no lock that its users can see: 'listLock' is neither a parameter nor a declared lock class",
        "The lock expression 'its_lok' names no lock that its users can see: 'its_lok' is neither a parameter nor a declared lock class",
        "The lock expression 'ticks' names no lock that its users can see: it leads to 'int', which is no lock",
        "The lock expression 'this.name' names no lock that its users can see: it leads to 'string', which is no lock");

    [Theory]
    [InlineData("this.ready.queueLock")]
    [InlineData("this.baseLock")]
    [InlineData("queue.queueLock")]
    [InlineData("queue.perCpu[cpu]")]
    [InlineData("Locks.Global")]
    [InlineData("Driver.s_lock")]
    [InlineData("its_lock")]
    public Task Valid(string expression) => Verify.Valid(Kernel + $$"""
        class Driver : Base
        {
            private static readonly RawSpinLock s_lock = new();
            private readonly Queue ready = new();
            [Takes("{{expression}}")] public void Run(Queue queue, int cpu) { }
        }
        """);

    [Fact]
    public Task Valid_result_property_and_data_beside_its_lock() => Verify.Valid(Kernel + """
        class Driver
        {
            private readonly RawSpinLock stateLock = new();
            [GuardedBy("this.stateLock")] private int count;
            [GuardedBy("stateLock")] private int other;
            [RequiresHeld("this.stateLock")] public int Sum => count + other;
            [RequiresNotHeld("return.queueLock")] public Queue Take() => new();
        }
        """);

    [Theory]
    [InlineData("this.portLock")]
    [InlineData("queue.inner")]
    public Task Reported_what_callers_in_other_assemblies_cannot_see(string expression) => Verify.Reported("IRQ0006", Kernel + $$"""
        public class Port
        {
            private readonly RawSpinLock portLock = new();
            [[|Takes("{{expression}}")|]] public void Write(Queue queue) { }
        }
        """);

    [Fact]
    public Task Valid_as_visible_as_the_contract_or_an_alias() => Verify.Valid("""
        [assembly: DeclareLockClass("port", LockKind.RawSpin)]
        public class Port
        {
            [LockClass(Alias = "port")] private readonly RawSpinLock portLock = new();
            public readonly RawSpinLock open = new();
            [Takes("port")] public void Write() { }
            [Takes("this.open")] public void Flush() { }
            [Takes("this.portLock")] internal void Reset() { }
            [Takes("this.portLock")] private void Clear() { }
        }
        """);

    [Fact]
    public Task Reported_in_the_guard_of_a_result_and_for_data() => Verify.Reported("IRQ0006", """
        class Driver
        {
            [[|GuardedBy("this.gone")|]] private int count;
            [return: [|Guard(Holds = "this.gone")|]] public LockGuard Enter() => default;
        }
        """);

    [Fact]
    public Task An_alias_carries_a_private_lock_to_other_assemblies() => Verify.WithLibrary("IRQ0201", """
        [assembly: DeclareLockClass("port", LockKind.RawSpin, UsedIn = Context.Task | Context.HardIrq)]
        public class Port
        {
            [LockClass(Alias = "port")] private readonly RawSpinLock portLock = new();
            [Takes("port")] public void Write() { using (portLock.LockIrqSave()) { } }
        }
        """, """
        class Watchdog
        {
            private readonly Port port = new();
            [RunsIn(Context.PseudoNmi)] public void Bark() { [|port.Write()|]; }
        }
        """, "'Port.Write' may have to wait for 'port' in a pseudo-NMI: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.");

    // The library breaks the rule above; its users see no such member, and still compare what is called by one name.
    [Fact]
    public Task Locks_that_cannot_be_seen_are_compared_by_name() => Verify.WithLibrary("IRQ0105", """
        public class Port
        {
            private readonly RawSpinLock portLock = new();
            [Acquires("this.portLock")] public void Begin() => portLock.Acquire();
            [Releases("this.portLock")] public void End() => portLock.Release();
        }
        """, """
        class User
        {
            private readonly Port port = new();
            public void Twice() { port.Begin(); port.End(); [|port.End()|]; }
            public void Once() { port.Begin(); port.End(); }
        }
        """);
}
