using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0003InferredContractNotDeclaredTests
{
    private const string Id = "IRQ0003";

    private static string Says(string method, string does, string attributes) =>
        $"'{method}' {does}, which its declaration does not say: callers elsewhere are judged without it. Add {attributes}.";

    [Fact]
    public Task A_public_method_that_takes_a_private_lock() => Verify.Reported(
        Id,
        """
        public sealed class Distributor
        {
            private readonly RawSpinLock _lock = new();
            public void [|Configure|]() { using (_lock.Lock()) { } }
        }
        """,
        Says("Configure", "takes 'Distributor._lock'", "[Takes(\"this.distributor_lock\")]"));

    [Fact]
    public Task What_it_does_through_private_methods() => Verify.Reported(
        Id,
        """
        public sealed class Distributor
        {
            private readonly Mutex _config = new();
            public void [|Configure|]() => Locked();
            private void Locked() { _config.Acquire(); _config.Release(); }
        }
        """,
        Says("Configure", "is legal only in task context, may sleep and takes 'Distributor._config'", "[LegalIn(Context.Task)], [MayBlock], [Takes(\"this.distributor_config\")]"));

    [Fact]
    public Task A_condition_on_an_argument_that_is_passed_on() => Verify.Reported(
        Id,
        """
        public static class Kernel
        {
            [MayBlock(When = "wait == true")]
            public static void Drain(bool wait) { }
        }

        public static class Log
        {
            public static void [|Flush|](bool sync) => Kernel.Drain(sync);
            public static void FlushLater() => Kernel.Drain(false);
            public static void [|FlushNow|]() => Kernel.Drain(wait: true);
            public static void FlushPerhaps() => Kernel.Drain(DateTime.Now.Ticks > 0);
        }
        """,
        Says("Flush", "may sleep when sync == true", "[MayBlock(When = \"sync == true\")]"),
        Says("FlushNow", "may sleep", "[MayBlock]"));

    [Fact]
    public Task A_pair_that_takes_and_releases() => Verify.Reported(
        Id,
        """
        public sealed class Descriptor
        {
            private readonly RawSpinLock _lock = new();
            public void [|Enter|]() => _lock.Acquire();
            public void [|Leave|]() => _lock.Release();
            public void [|Update|]() { Enter(); Leave(); }
        }
        """,
        Says("Enter", "returns with 'Descriptor._lock' held", "[Acquires(\"this.descriptor_lock\")]"),
        Says("Leave", "releases 'Descriptor._lock'", "[Releases(\"this.descriptor_lock\")]"),
        Says("Update", "takes 'Descriptor._lock'", "[Takes(\"this.descriptor_lock\")]"));

    [Fact]
    public Task A_pair_that_saves_and_restores_the_mask() => Verify.Reported(
        Id,
        """
        public static class Section
        {
            public static IrqFlags [|Enter|]() => LocalIrq.Save();
            public static void [|Leave|](IrqFlags flags) => LocalIrq.Restore(flags);
        }
        """,
        Says("Enter", "saves the state of interrupts and returns with interrupts off", "[SavesMask(Mask.Irq)], [SetsMask(Mask.Irq, true)]"),
        Says("Leave", "restores interrupts", "[RestoresMask(Mask.Irq, From = nameof(flags))]"));

    [Fact]
    public Task A_wrapper_that_returns_a_guard() => Verify.Reported(
        Id,
        """
        public sealed class Descriptor
        {
            private readonly RawSpinLock _lock = new();
            public IrqSaveLockGuard [|Hold|]() => {|IRQ0104:_lock.LockIrqSave()|};
        }
        """);

    [Fact]
    public Task Where_what_it_calls_is_not_legal() => Verify.Reported(
        Id,
        """
        public sealed class Events
        {
            private readonly WaitQueue _queue = new();
            public void [|Signal|]() => _queue.WakeUp();
        }
        """,
        Says("Signal", "is not legal in an NMI", "[ForbiddenIn(Context.AnyNmi, Because = \"calls WaitQueue.WakeUp\")]"));

    [Fact]
    public Task What_must_be_masked_for_it() => Verify.Reported(
        Id,
        """
        public static class Kernel
        {
            [RequiresMasked(Mask.Irq)]
            public static void Check() { }
        }

        public sealed class Poller
        {
            public void [|Poll|]() => Kernel.Check();
            public void Masked() { IrqFlags flags = LocalIrq.Save(); Kernel.Check(); LocalIrq.Restore(flags); }
        }
        """,
        Says("Poll", "needs interrupts off", "[RequiresMasked(Mask.Irq)]"));

    // Nobody in the type calls it without; whoever calls it from outside is not told.
    [Fact]
    public Task The_lock_that_its_callers_in_the_type_hold() => Verify.Reported(
        Id,
        """
        public sealed class Counter
        {
            private readonly RawSpinLock _lock = new();
            [GuardedBy("_lock")] private int _count;
            public void [|Add|]() { using (_lock.Lock()) { Bump(); } }
            public void [|Bump|]() => _count++;
        }
        """,
        Says("Add", "takes 'Counter._lock'", "[Takes(\"this.counter_lock\")]"),
        Says("Bump", "must be called with 'Counter._lock' held", "[RequiresHeld(\"this.counter_lock\")]"));

    [Fact]
    public Task A_lock_of_an_array_by_the_class_of_the_array() => Verify.Reported(
        Id,
        """
        public sealed class Banks
        {
            private readonly RawSpinLock[] _locks = [new("a"), new("b")];
            public void [|Touch|](int bank) { using (_locks[bank].Lock()) { } }
        }
        """,
        Says("Touch", "takes 'Banks._locks'", "[Takes(\"banks_locks\")]"));

    [Fact]
    public Task A_lock_that_is_a_parameter_and_one_that_everybody_sees() => Verify.Reported(
        Id,
        """
        public sealed class Desc
        {
            public RawSpinLock Lock { get; } = new();
        }

        public static class With
        {
            public static void [|Given|](RawSpinLock given) { using (given.Lock()) { } }
            public static void [|Locked|](Desc desc) { using (desc.Lock.Lock()) { } }
        }
        """,
        Says("Given", "takes 'given'", "[Takes(\"given\")]"),
        Says("Locked", "takes 'Desc.Lock'", "[Takes(\"desc.Lock\")]"));

    [Fact]
    public Task An_alias_that_is_declared_already() => Verify.Reported(
        Id,
        """
        [assembly: DeclareLockClass("its_lock", LockKind.RawSpin)]

        public sealed class Its
        {
            [LockClass(Alias = "its_lock")]
            private readonly RawSpinLock _lock = new();
            public void [|Map|]() { using (_lock.Lock()) { } }
        }
        """,
        Says("Map", "takes 'Its._lock'", "[Takes(\"this.its_lock\")]"));

    [Fact]
    public Task What_it_takes_beside_what_it_declares() => Verify.Reported(
        Id,
        """
        public sealed class Its
        {
            public RawSpinLock Outer { get; } = new();
            public RawSpinLock Inner { get; } = new();
            [RequiresHeld("this.Outer")]
            public void [|Map|]() { using (Inner.Lock()) { } }
        }
        """,
        Says("Map", "takes 'Its.Inner'", "[Takes(\"this.Inner\")]"));

    [Fact]
    public Task In_which_order_it_takes_locks_one_of_which_is_declared() => Verify.Reported(
        Id,
        """
        public sealed class Its
        {
            public RawSpinLock Outer { get; } = new();
            public RawSpinLock Inner { get; } = new();
            [Takes("this.Outer")]
            public void [|Map|]() { using (Outer.Lock()) using (Inner.Lock()) { } }
            public void [|Both|]() { using (Outer.Lock()) { Within(); } }
            private void Within() { using (Inner.Lock()) { } }
        }
        """,
        Says("Map", "takes 'Its.Inner'", "[Takes(\"this.Inner\")], [TakesInOrder(\"this.Outer\", \"this.Inner\")]"),
        Says("Both", "takes 'Its.Outer' and takes 'Its.Inner'", "[Takes(\"this.Outer\")], [Takes(\"this.Inner\")], [TakesInOrder(\"this.Outer\", \"this.Inner\")]"));

    [Fact]
    public Task A_constructor_and_an_accessor() => Verify.Reported(
        Id,
        """
        public sealed class Registry
        {
            private static readonly RawSpinLock List = new();
            public [|Registry|]() { using (List.Lock()) { } }
            public int Count { [|get|] { using (List.Lock()) { return 0; } } }
        }
        """,
        Says("Registry", "takes 'Registry.List'", "[Takes(\"Registry.registry_list\")]"),
        Says("Count", "takes 'Registry.List'", "[Takes(\"Registry.registry_list\")]"));

    // What a lock is called that comes from nowhere, nobody can say.
    [Fact]
    public Task A_lock_without_a_name_is_said_to_have_none() => Verify.Reported(
        Id,
        """
        public static class Locks
        {
            public static void [|Both|](RawSpinLock first, Func<RawSpinLock> find) { using (first.Lock()) using (find().Lock()) { } }
        }
        """,
        "'Both' takes 'first', which its declaration does not say: callers elsewhere are judged without it. Declare it by hand: 'find()', which it takes, has no name that a caller could use.");

    [Fact]
    public Task Of_an_implementation_of_an_interface_that_cannot_be_changed() => Verify.Reported(
        Id,
        """
        public sealed class Line : IDisposable
        {
            private readonly Mutex _requests = new();
            public void [|Dispose|]() { using (_requests.Lock()) { } }
        }
        """);

    [Fact]
    public Task Legal_when_it_is_declared() => Valid("""
        [assembly: DeclareLockClass("its_lock", LockKind.RawSpin)]

        public sealed class Its
        {
            [LockClass(Alias = "its_lock")]
            private readonly RawSpinLock _lock = new();
            [GuardedBy("_lock")] private int _count;

            [Takes("this.its_lock")]
            public void Map() { using (_lock.Lock()) { Locked(); } }

            [RequiresHeld("this.its_lock")]
            public void Locked() => _count++;

            [Acquires("this.its_lock")]
            public void Enter() => _lock.Acquire();

            [Releases("this.its_lock")]
            public void Leave() => _lock.Release();

            [Acquires("this.its_lock")]
            [return: Guard(Holds = "this.its_lock")]
            public LockGuard Hold() => _lock.Lock();
        }
        """);

    [Fact]
    public Task Legal_where_nobody_outside_calls_it() => Valid("""
        internal sealed class Hidden
        {
            private readonly RawSpinLock _lock = new();
            public void Take() { using (_lock.Lock()) { } }
            public void Again() => Take();
        }

        public sealed class Shown
        {
            private readonly RawSpinLock _lock = new();
            private void Take() { using (_lock.Lock()) { } }
            internal void Other() => Take();
            private sealed class Nested(Shown owner) { public void Call() => owner.Other(); }
        }
        """);

    // Attempts never wait; what is made here is nobody else's; what ships with the analyzer is no reason to write contracts.
    [Fact]
    public Task Legal_where_callers_need_not_know() => Valid("""
        public sealed class Quiet
        {
            private readonly RawSpinLock _lock = new();
            public bool Try()
            {
                if (!_lock.TryAcquire()) return false;
                _lock.Release();
                return true;
            }

            public static void Make() { var made = new Quiet(); _ = made.ToString(); }
            public void Print() => Console.WriteLine("quiet");
            public void Check(int count) { if (count < 0) throw new ArgumentOutOfRangeException(nameof(count)); }
        }
        """);

    [Fact]
    public Task Legal_where_the_declaration_is_another_member() => Valid("""
        public interface IChip
        {
            [ForbiddenIn(Context.AnyNmi)]
            void Mask();
        }

        public abstract class Chip : IChip
        {
            private protected readonly RawSpinLock Lock = new();
            public void Mask() { using (Lock.Lock()) { } }
            public abstract void Unmask();
        }

        public sealed class Gic : Chip
        {
            public override void Unmask() { using (Lock.Lock()) { } }
        }
        """);

    // A contract would make the mistake official.
    [Fact]
    public async Task A_body_with_which_something_is_wrong_is_not_spoken_of()
    {
        await Verify.Reported("IRQ0116", """
            public sealed class Device
            {
                private readonly RawSpinLock _lock = new();
                private readonly Mutex _mutex = new();
                public void Stop()
                {
                    using (_lock.Lock())
                    {
                        [|_mutex.Acquire()|];
                        _mutex.Release();
                    }
                }
            }
            """);
        await Verify.Reported("IRQ0104", """
            public sealed class Device
            {
                private readonly RawSpinLock _lock = new();
                public void Start() => [|_lock.Acquire()|];
            }
            """);
    }

    [Fact]
    public Task In_the_build_what_other_types_call_and_what_comes_from_them() => Verify.ReportedInFiles(
        "IRQ0053",
        """
        internal sealed class Its
        {
            private readonly RawSpinLock _lock = new();
            public void [|Map|]() { using (_lock.Lock()) { } }
            public void Unused() { using (_lock.Lock()) { } }
        }
        """,
        """
        public sealed class Vlpi
        {
            private readonly Its _its = new();
            public void [|Route|]() => _its.Map();
        }
        """);

    private static Task Valid(string source) => Verify.Reported(Id, source);
}
