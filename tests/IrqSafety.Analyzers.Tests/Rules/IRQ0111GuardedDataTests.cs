using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0111GuardedDataTests
{
    [Fact]
    public Task Reported_for_a_plain_field_read_or_written_without_its_lock() => Verify.Reported("IRQ0111", """
        class Counter
        {
            private readonly RawSpinLock countLock = new();
            [GuardedBy("countLock")] private int count;

            public int Get() => [|count|];

            public void Raise()
            {
                [|count|]++;
            }

            public void Set(int value) => [|count|] = value;
        }
        """,
        "'Get' reads 'Counter.count' without 'Counter.countLock' held. Take it around the access, or declare [RequiresHeld] where the caller holds it.",
        "'Raise' writes 'Counter.count' without 'Counter.countLock' held. Take it around the access, or declare [RequiresHeld] where the caller holds it.",
        "'Set' writes 'Counter.count' without 'Counter.countLock' held. Take it around the access, or declare [RequiresHeld] where the caller holds it.");

    [Fact]
    public Task Reported_for_a_cell_at_the_operation_that_touches_it() => Verify.Reported("IRQ0111", """
        class Cells
        {
            private readonly SpinLock cellLock = new();
            [GuardedBy("cellLock")] private readonly Shared<int> depth = new(0);
            [GuardedBy("cellLock")] private readonly Shared<int>[] slots = { new(0), new(0) };

            public void Deepen() => [|depth.Write(1)|];

            public int Slot(int i) => [|slots[i].Read()|];

            public void Grow() => [|depth.Update(before => before + 1)|];

            public void Alias()
            {
                Shared<int> cell = depth;
                [|cell.Write(2)|];
            }
        }
        """);

    [Fact]
    public Task Reported_before_the_lock_is_taken_and_after_it_is_released() => Verify.Reported("IRQ0111", """
        class Window
        {
            private readonly RawSpinLock windowLock = new();
            [GuardedBy("windowLock")] private int first;

            public void Shift()
            {
                [|first|] = 1;
                windowLock.Acquire();
                first = 2;
                windowLock.Release();
                [|first|] = 3;
            }
        }
        """);

    [Fact]
    public Task Reported_when_the_lock_of_another_object_is_held() => Verify.Reported("IRQ0111", """
        class Vcpu
        {
            private readonly RawSpinLock vcpuLock = new();
            [GuardedBy("vcpuLock")] private bool pending;

            public void MoveTo(Vcpu other)
            {
                using (vcpuLock.LockIrqSave())
                {
                    pending = false;
                    [|other.pending|] = true;
                }
            }
        }
        """,
        "'MoveTo' writes 'Vcpu.pending' with 'Vcpu.vcpuLock' of another object held. Take the one of the object whose data it is.");

    [Fact]
    public Task Silent_where_two_objects_are_locked_in_the_order_of_their_keys() => Verify.Valid("""
        class Account
        {
            private readonly SpinLock accountLock = new();
            [GuardedBy("accountLock")] private int balance;
            private readonly int id;

            public Account(int id) => this.id = id;

            public void ByPairs(Account other)
            {
                var (first, second) = id < other.id ? (this, other) : (other, this);
                first.accountLock.Acquire();
                second.accountLock.AcquireNested(1);
                (balance, other.balance) = (other.balance, balance);
                second.accountLock.Release();
                first.accountLock.Release();
            }

            public void BySwap(Account other)
            {
                Account first = this, second = other;
                if (id > other.id)
                {
                    (first, second) = (second, first);
                }

                first.accountLock.Acquire();
                second.accountLock.AcquireNested(1);
                balance = 1;
                other.balance = 2;
                second.accountLock.Release();
                first.accountLock.Release();
            }

            public void ByTheFirst(Account other)
            {
                if (other == this)
                {
                    return;
                }

                Account first = id < other.id ? this : other;
                Account second = first == this ? other : this;
                first.accountLock.Acquire();
                second.accountLock.AcquireNested(1);
                balance = 1;
                other.balance = 2;
                second.accountLock.Release();
                first.accountLock.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_where_what_is_locked_comes_from_elsewhere_and_may_be_the_same_object() => Verify.Valid("""
        class Account
        {
            private readonly SpinLock accountLock = new();
            [GuardedBy("accountLock")] private int balance;
            private readonly int id;

            public Account(int id) => this.id = id;

            public void Move(Account other)
            {
                var (first, second) = InOrder(this, other);
                first.accountLock.Acquire();
                second.accountLock.AcquireNested(1);
                balance = 1;
                other.balance = 2;
                second.accountLock.Release();
                first.accountLock.Release();
            }

            private static (Account, Account) InOrder(Account a, Account b) => a.id < b.id ? (a, b) : (b, a);
        }
        """);

    [Fact]
    public Task Reported_for_each_of_two_objects_of_which_a_pair_tells_which_is_locked() => Verify.Reported("IRQ0111", """
        class Account
        {
            private readonly SpinLock accountLock = new();
            [GuardedBy("accountLock")] private int balance;

            public void Take(Account other)
            {
                var (locked, touched) = (this, other);
                using (locked.accountLock.Lock())
                {
                    balance = 1;
                    [|touched.balance|] = 2;
                }
            }

            public void Exchanged(Account other)
            {
                using (accountLock.Lock())
                {
                    (balance, [|other.balance|]) = (1, 2);
                }
            }
        }
        """);

    [Fact]
    public Task Reported_for_a_write_by_a_reader() => Verify.Reported("IRQ0111", """
        class Table
        {
            private readonly RwLock tableLock = new();
            [GuardedBy("tableLock")] private int rows;

            public void Add()
            {
                tableLock.AcquireRead();
                int before = rows;
                [|rows|] = before + 1;
                tableLock.ReleaseRead();
            }
        }
        """,
        "'Add' writes 'Table.rows' with 'Table.tableLock' held as a reader only. Take it exclusively.");

    [Fact]
    public Task Writing_needs_all_locks_and_reading_any() => Verify.Reported("IRQ0111", """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            public readonly RawSpinLock ListLock = new();
            public readonly RawSpinLock Other = new();
            [GuardedBy(All = new[] { "IrqLock", "ListLock" })] private int owner;
            [GuardedBy(All = new[] { "IrqLock" }, ReadAny = new[] { "ListLock" })] private int target;

            public int Owner()
            {
                using (IrqLock.Lock())
                {
                    return owner;
                }
            }

            public void Give(int to)
            {
                using (IrqLock.Lock())
                {
                    [|owner|] = to;
                    target = to;
                }
            }

            public int Target()
            {
                using (ListLock.Lock())
                {
                    [|target|] = 0;
                    owner.ToString();
                    return target;
                }
            }

            public int Neither()
            {
                using (Other.Lock())
                {
                    return [|owner|] + [|target|];
                }
            }
        }
        """);

    [Fact]
    public Task Reported_in_a_helper_that_one_caller_enters_without_the_lock() => Verify.Reported("IRQ0111", """
        class Helper
        {
            private readonly RawSpinLock helperLock = new();
            [GuardedBy("helperLock")] private int state;

            public void Good()
            {
                using (helperLock.Lock())
                {
                    Step();
                }
            }

            public void Bad() => Step();

            private void Step()
            {
                [|state|] = 1;
            }
        }
        """,
        "'Step' writes 'Helper.state' without 'Helper.helperLock' held, reached via Bad → Step. Take it around the access, or declare [RequiresHeld] where the caller holds it.");

    [Fact]
    public Task Elements_struct_fields_references_and_deconstruction_are_accesses() => Verify.Reported("IRQ0111", """
        struct Point { public int X; public int Y; }

        class Shapes
        {
            private readonly RawSpinLock shapeLock = new();
            [GuardedBy("shapeLock")] private readonly int[] table = new int[4];
            [GuardedBy("shapeLock")] private readonly System.Collections.Generic.List<int> list = new();
            [GuardedBy("shapeLock")] private Point point;
            [GuardedBy("shapeLock")] private static int total;
            [GuardedBy("shapeLock")] private int a;

            public void Run()
            {
                [|table|][2] = 1;
                [|list|].Add(3);
                [|list|][0] = 4;
                [|point|].X = 5;
                ref int place = ref [|a|];
                place = 6;
                (_, [|a|]) = (1, 2);
                Fill(out [|a|]);
                [|a|] += 7;
            }

            private static void Fill(out int value) => value = 0;
        }
        """);

    [Fact]
    public Task A_guarded_property_needs_the_lock_where_it_is_used_and_has_it_inside() => Verify.Reported("IRQ0111", """
        class Queue
        {
            private readonly RawSpinLock queueLock = new();
            [GuardedBy("queueLock")] private int length;

            [GuardedBy("queueLock")]
            public int Length
            {
                get => length;
                set => length = value;
            }

            public bool IsEmpty => [|Length|] == 0;

            public void Clear()
            {
                using (queueLock.Lock())
                {
                    Length = 0;
                }
            }
        }
        """);

    [Fact]
    public Task Static_data_needs_the_static_lock() => Verify.Reported("IRQ0111", """
        static class Registry
        {
            private static readonly RawSpinLock s_lock = new();
            [GuardedBy("s_lock")] private static int s_count = Start();

            static Registry() => s_count = 2;

            public static void Add()
            {
                using (s_lock.LockIrqSave())
                {
                    s_count++;
                }
            }

            public static int Count() => [|s_count|];

            private static int Start() => 1;
        }
        """);

    [Fact]
    public Task A_handler_that_says_where_it_runs_is_judged_on_its_own() => Verify.Reported("IRQ0111", """
        class Device
        {
            private readonly RawSpinLock deviceLock = new();
            [GuardedBy("deviceLock")] private int events;

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                [|events|]++;
            }
        }
        """);

    [Fact]
    public Task Data_belongs_to_its_context_and_its_section() => Verify.Reported("IRQ0111", """
        class Owned
        {
            [OwnedBy(Context.HardIrq)] private int fromIrq;
            [OwnedBy(Section.PreemptOff)] private int ofThisCpu;
            private readonly RawSpinLock anyLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                fromIrq++;
                ofThisCpu++;
            }

            [RunsIn(Context.Task)]
            public void InTask()
            {
                [|fromIrq|]++;
                [|ofThisCpu|]++;
                using (anyLock.Lock())
                {
                    ofThisCpu++;
                }
            }
        }
        """,
        "'InTask' writes 'Owned.fromIrq' outside an interrupt, which owns it. Touch it there only, or hand the value over.",
        "'InTask' writes 'Owned.ofThisCpu' outside a region with preemption off, which owns it. Touch it there only, or hand the value over.");

    [Fact]
    public Task Data_written_once_is_written_in_its_phase() => Verify.Reported("IRQ0111", """
        class Distributor
        {
            [WriteOnce("probe")] private int spis;

            [InPhase("probe")]
            public void Probe(int count)
            {
                spis = count;
                Round();
            }

            private void Round() => spis &= ~31;

            public int Spis => spis;

            public void Resize(int count) => [|spis|] = count;
        }
        """,
        "'Resize' writes 'Distributor.spis' after the phase 'probe' in which it may be written. Write it in a method declared [InPhase], or guard it by a lock.");

    [Fact]
    public Task Silent_where_the_lock_is_held_in_any_flavour() => Verify.Valid("""
        class Flavours
        {
            private readonly SpinLock flavourLock = new();
            private readonly Mutex sleeping = new();
            [GuardedBy("flavourLock")] private int value;
            [GuardedBy("sleeping")] private int slow;

            public void Pair()
            {
                IrqFlags flags = flavourLock.AcquireIrqSave();
                value++;
                flavourLock.ReleaseIrqRestore(flags);
            }

            public void Guard()
            {
                using LockGuard held = flavourLock.Lock();
                value = 2;
            }

            public void Try()
            {
                if (flavourLock.TryAcquire())
                {
                    value = 3;
                    flavourLock.Release();
                }
            }

            public void Alias()
            {
                SpinLock same = flavourLock;
                same.Acquire();
                value = 4;
                same.Release();
            }

            public void Slow()
            {
                sleeping.Acquire();
                slow++;
                sleeping.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_in_helpers_called_with_the_lock_and_in_those_that_say_they_need_it() => Verify.Valid("""
        class Helpers
        {
            private readonly RawSpinLock helpersLock = new();
            [GuardedBy("helpersLock")] private int value;

            public void Run()
            {
                using (helpersLock.Lock())
                {
                    Step();
                    Declared();
                    Inner();
                }

                void Inner() => value++;
            }

            private void Step() => value++;

            [RequiresHeld("this.helpersLock")]
            public void Declared() => value++;
        }
        """);

    [Fact]
    public Task Silent_while_the_object_is_being_made_or_is_known_to_nobody_else() => Verify.Reported("IRQ0111", """
        class Irq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public int Line = 1;
            private static Irq? s_first;

            public Irq()
            {
                Line = 2;
                Reset();
            }

            ~Irq() => Line = 0;

            private void Reset() => Line = 3;

            public static Irq Make()
            {
                var made = new Irq { Line = 4 };
                made.Line = 5;
                return made;
            }

            public static void Publish()
            {
                var made = new Irq();
                made.Line = 6;
                s_first = made;
                [|made.Line|] = 7;
            }
        }
        """);

    [Fact]
    public Task Silent_for_marked_reads_sequence_readers_and_RCU_readers() => Verify.Valid("""
        class Readers
        {
            private readonly RawSpinLock writers = new();
            private readonly SeqLock clock = new();
            [GuardedBy("writers")] private readonly Shared<int> ready = new(0);
            [GuardedBy("clock")] private long time;
            [GuardedBy(All = new[] { "writers" }, ReadAny = new[] { "rcu" })] private object? map;

            public bool Ready() => ready.ReadOnce() != 0 && ready.LoadAcquire() != 0 && ready.Peek != 0;

            public long Time()
            {
                long seen;
                uint start;
                do
                {
                    start = clock.ReadBegin();
                    seen = time;
                }
                while (clock.ReadRetry(start));
                return seen;
            }

            public object? Map()
            {
                using (Rcu.Read())
                {
                    return map;
                }
            }
        }
        """);

    [Fact]
    public Task Silent_where_it_is_not_known_which_lock_is_held() => Verify.Valid("""
        class Node
        {
            public readonly RawSpinLock NodeLock = new();
            [GuardedBy("NodeLock")] public int Value;
        }

        class Tree
        {
            private readonly Node[] nodes = new Node[4];

            private Node Find(int key) => nodes[key];

            public void ByResult(int key)
            {
                Find(key).NodeLock.Acquire();
                Find(key).Value = 1;
                Find(key).NodeLock.Release();
            }

            public void ByElement(int i, int j)
            {
                nodes[i].NodeLock.Acquire();
                nodes[j].Value = 1;
                nodes[i].NodeLock.Release();
            }

            public void Given(RawSpinLock held, Node node)
            {
                held.Acquire();
                node.Value = 1;
                held.Release();
            }

            public void Sometimes(Node node, bool take)
            {
                if (take)
                {
                    node.NodeLock.Acquire();
                }

                Later(node, take);
                if (take)
                {
                    node.NodeLock.Release();
                }
            }

            private static void Later(Node node, bool held)
            {
                if (held)
                {
                    node.Value = 2;
                }
            }
        }
        """);

    [Fact]
    public Task A_project_may_bring_its_own_contracts() => Verify.WithOwnContracts("IRQ0111", """
        class Mine
        {
            private readonly TicketLock ticket = new();
            [GuardedBy("ticket")] private int value;

            public void Set() => [|value|] = 1;

            public void Held()
            {
                ticket.Enter();
                value = 2;
                ticket.Exit();
            }
        }
        """);

    [Fact]
    public Task A_volatile_read_by_reference_is_marked_and_an_interlocked_write_still_needs_the_lock() => Verify.Reported("IRQ0111", """
        using System.Threading;

        class Marks
        {
            private readonly RawSpinLock markLock = new();
            [GuardedBy("markLock")] private int count;
            [GuardedBy("markLock")] private bool ready;

            public bool Ready() => Volatile.Read(ref ready);

            public int Raise() => [|Interlocked.Increment(ref count)|];
        }
        """);
}
