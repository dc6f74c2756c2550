using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

/// <summary>IRQ0007: a lock that belongs to no class, or to another than its place says.</summary>
public sealed class IRQ0007LockWithoutClassTests
{
    [Fact]
    public Task A_lock_in_the_initialiser_of_what_holds_it_has_a_class() => Verify.Valid("""
        using System.Collections.Generic;
        using System.Linq;

        public class Distributor
        {
            private readonly RawSpinLock _lock = new();
            private static readonly SpinLock s_shared = new("as it is called");
            private readonly RawSpinLock[] _slots = [new(), new("slot")];
            private readonly RawSpinLock[] _old = new RawSpinLock[] { new RawSpinLock(), new RawSpinLock() };
            private readonly RawSpinLock[] _many = Enumerable.Range(0, 4).Select(cpu => new RawSpinLock($"cpu{cpu}")).ToArray();
            private readonly Dictionary<int, RwLock> _maps = new() { [1] = new(), [2] = new() };
            private readonly KernelLock _any = System.Environment.ProcessorCount > 1 ? new SpinLock() : new Mutex();

            public SeqLock Clock { get; } = new();

            public RawSpinLock Each => new();
        }

        public struct Pair(int number)
        {
            public readonly int Number = number;
            public readonly RawSpinLock Of = new();
        }
        """);

    [Fact]
    public Task A_lock_that_is_told_the_name_of_its_field_or_alias_has_that_class() => Verify.Valid("""
        [assembly: DeclareLockClass("its_lock", LockKind.RawSpin)]

        public class Its
        {
            private readonly RawSpinLock _device;
            [LockClass(Alias = "its_lock")] private readonly RawSpinLock _commands;
            private RawSpinLock? _late;

            public Its()
            {
                _device = new(nameof(_device));
                this._commands = new RawSpinLock(name: "its_lock");
            }

            public RawSpinLock Late => _late ??= new(nameof(_late));
        }
        """);

    [Fact]
    public Task A_lock_that_goes_elsewhere_has_the_class_it_is_told() => Verify.Valid("""
        public class Scratch
        {
            public void Work(string name)
            {
                var first = new RawSpinLock("first");
                var second = new RawSpinLock(name);
                first.Acquire();
                second.Acquire();
                second.Release();
                first.Release();
            }

            public static RawSpinLock Make(string name) => new(name);
        }
        """);

    [Fact]
    public Task A_lock_without_an_initialiser_and_without_a_name_belongs_to_no_class() => Verify.Reported("IRQ0007", """
        using System.Collections.Generic;

        public class Scratch
        {
            private readonly List<RawSpinLock> _locks = [];

            public Scratch() => _locks.Add([|new RawSpinLock()|]);

            public void Work()
            {
                var inVariable = [|new RawSpinLock()|];
                inVariable.Acquire();
                inVariable.Release();
                Use([|new(null)|]);
                System.Func<SpinLock> later = () => [|new SpinLock()|];
                _ = later;
            }

            public static Mutex Make() => [|new()|];

            private static void Use(RawSpinLock one) => _ = one;
        }
        """,
        "The lock created here belongs to no class, so no rule can tell which others are used like it. Create it in the initialiser of the field that holds it, or name its class.",
        "The lock created here belongs to no class, so no rule can tell which others are used like it. Create it in the initialiser of the field that holds it, or name its class.",
        "The lock created here belongs to no class, so no rule can tell which others are used like it. Create it in the initialiser of the field that holds it, or name its class.",
        "The lock created here belongs to no class, so no rule can tell which others are used like it. Create it in the initialiser of the field that holds it, or name its class.",
        "The lock created here belongs to no class, so no rule can tell which others are used like it. Create it in the initialiser of the field that holds it, or name its class.");

    [Fact]
    public Task A_run_does_not_see_what_a_constructor_or_another_object_does_with_it() => Verify.Reported("IRQ0007", """
        public class Node
        {
            public RawSpinLock? Lock;
            public RawSpinLock[] Slots = new RawSpinLock[2];

            private static readonly SpinLock s_tree;

            static Node() => s_tree = [|new()|];

            public Node()
            {
                Lock = [|new RawSpinLock()|];
                Slots[0] = [|new()|];
                Slots[1] = new(nameof(Slots));
            }

            public static Node Make() => new() { Lock = [|new()|] };
        }

        public class Tree
        {
            private readonly Node _root = new() { Lock = [|new()|] };
        }
        """,
        "The lock created here is put into 'Node.s_tree', but a run cannot see that, so no rule can tell which others are used like it. Create it in the initialiser of 's_tree', or name it nameof(s_tree).",
        "The lock created here is put into 'Node.Lock', but a run cannot see that, so no rule can tell which others are used like it. Create it in the initialiser of 'Lock', or name it nameof(Lock).",
        "The lock created here is put into 'Node.Slots', but a run cannot see that, so no rule can tell which others are used like it. Create it in the initialiser of 'Slots', or name it nameof(Slots).",
        "The lock created here is put into 'Node.Lock', but a run cannot see that, so no rule can tell which others are used like it. Create it in the initialiser of 'Lock', or name it nameof(Lock).",
        "The lock created here is put into 'Node.Lock', but a run cannot see that, so no rule can tell which others are used like it. Create it in the initialiser of 'Lock', or give 'Lock' an alias by [LockClass(Alias = …)] and the lock that name.");

    [Fact]
    public Task A_run_calls_its_class_otherwise_than_the_field_it_is_put_into() => Verify.Reported("IRQ0007", """
        [assembly: DeclareLockClass("its_lock", LockKind.RawSpin)]

        public class Its
        {
            private readonly RawSpinLock _device;
            private readonly RawSpinLock _other;
            [LockClass(Alias = "its_lock")] private readonly RawSpinLock _commands;
            private RawSpinLock? _late;

            public Its(int number)
            {
                _device = [|new("device")|];
                _other = [|new($"its{number}")|];
                _commands = [|new(nameof(_device))|];
            }

            public RawSpinLock Late => _late ??= [|new()|];
        }
        """,
        "The lock created here is put into 'Its._device', but a run calls its class 'device', so no rule can tell which others are used like it. Create it in the initialiser of '_device', or name it nameof(_device).",
        "The lock created here is put into 'Its._other', but a run calls its class otherwise, so no rule can tell which others are used like it. Create it in the initialiser of '_other', or name it nameof(_other).",
        "The lock created here is put into 'Its._commands', but a run calls its class '_device', so no rule can tell which others are used like it. Create it in the initialiser of '_commands', or name it \"its_lock\".",
        "The lock created here is put into 'Its._late', but a run calls its class otherwise, so no rule can tell which others are used like it. Create it in the initialiser of '_late', or name it nameof(_late).");

    [Fact]
    public Task Primitives_whose_constructor_asks_for_no_class_are_created_anywhere() => Verify.Reported("IRQ0007", """
        [LockType(LockKind.RawSpin)]
        public sealed class TicketLock
        {
            [Acquires("this")] public void Acquire() { }
            [Releases("this")] public void Release() { }
        }

        [LockType(LockKind.RawSpin)]
        public sealed class NamedLock([LockClassName] string? name = null)
        {
            public string? Name { get; } = name;
        }

        public class Port
        {
            private readonly TicketLock _lock;
            private readonly NamedLock _named;

            public Port()
            {
                _lock = new TicketLock();
                _named = [|new NamedLock()|];
            }
        }
        """);

    [Fact]
    public Task A_field_that_is_used_and_never_filled_has_no_lock() => Verify.Reported("IRQ0007", """
        public class Domain
        {
            private readonly SpinLock [|_vgicLock|] = null!;
            private RawSpinLock [|_lpiLock|] = default!;
            private readonly RawSpinLock _created = new();

            public void Write()
            {
                _vgicLock.Acquire();
                _vgicLock.Release();
                using (_lpiLock.Lock())
                using (_created.Lock())
                {
                }
            }
        }
        """,
        "No lock is put into 'Domain._vgicLock', so whoever takes it fails. Create it in the initialiser of '_vgicLock'.",
        "No lock is put into 'Domain._lpiLock', so whoever takes it fails. Create it in the initialiser of '_lpiLock'.");

    [Fact]
    public Task A_field_that_something_may_fill_or_that_may_be_empty_is_left_alone() => Verify.Valid("""
        public class Domain
        {
            private readonly SpinLock _given;
            private RawSpinLock _byRef = null!;
            private RawSpinLock _later = null!;
            private RawSpinLock _pair = null!;
            private readonly RawSpinLock? _optional = null;
            private readonly RawSpinLock _unused = null!;
            public RawSpinLock Outside = null!;

            public Domain(SpinLock given) => _given = given;

            public void Fill(RawSpinLock one, RawSpinLock two)
            {
                Take(ref _byRef);
                (_pair, _later) = (one, two);
            }

            public void Use()
            {
                using (_given.Lock())
                using (_byRef.Lock())
                using (_later.Lock())
                using (_pair.Lock())
                using (Outside.Lock())
                {
                }

                _optional?.Acquire();
                _optional?.Release();
            }

            private static void Take(ref RawSpinLock place) => place = new RawSpinLock("taken");
        }
        """);
}
