using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0114RequiredLockMissingTests
{
    [Fact]
    public Task Reported_for_a_call_without_the_lock() => Verify.Reported("IRQ0114", """
        class Desc
        {
            private readonly RawSpinLock descLock = new();

            [RequiresHeld("this.descLock")]
            public void Mask() { }

            public void Quiet() => [|Mask()|];

            public void Twice()
            {
                descLock.Acquire();
                Mask();
                descLock.Release();
                [|Mask()|];
            }
        }
        """,
        "'Desc.Mask' must be called with 'Desc.descLock' held. Take it around the call, or declare [RequiresHeld] where the caller holds it.",
        "'Desc.Mask' must be called with 'Desc.descLock' held. Take it around the call, or declare [RequiresHeld] where the caller holds it.");

    [Fact]
    public Task Reported_for_a_property_a_parameter_and_an_interface() => Verify.Reported("IRQ0114", """
        class Desc
        {
            public readonly RawSpinLock DescLock = new();

            [RequiresHeld("this.DescLock")]
            public int Depth { get; set; }
        }

        interface IChip
        {
            [RequiresHeld("desc.DescLock")]
            void Enable(Desc desc);
        }

        class Gic : IChip
        {
            public void Enable(Desc desc) => desc.Depth = 0;
        }

        class User
        {
            public void Use(IChip chip, Gic gic, Desc desc, Desc other)
            {
                [|chip.Enable(desc)|];
                [|gic.Enable(desc)|];
                [|desc.Depth|] = 1;
                using (desc.DescLock.LockIrqSave())
                {
                    chip.Enable(desc);
                    gic.Enable(desc);
                    desc.Depth++;
                }
            }
        }
        """);

    [Fact]
    public Task Reported_through_a_helper_and_for_a_reader_where_the_lock_is_needed_alone() => Verify.Reported("IRQ0114", """
        class Table
        {
            private readonly RwLock tableLock = new();

            [RequiresHeld("this.tableLock")]
            private void Insert() { }

            [RequiresHeld("this.tableLock", Mode = LockMode.Shared)]
            private int Find() => 0;

            public void Read()
            {
                using (tableLock.LockRead())
                {
                    Find();
                    [|Insert()|];
                }
            }

            public void Write()
            {
                using (tableLock.LockWrite())
                {
                    Find();
                    Insert();
                }
            }

            public void Open() => Helper();

            private void Helper() => [|Find()|];
        }
        """,
        "'Table.Insert' must be called with 'Table.tableLock' held, and it is held as a reader only. Take it around the call, or declare [RequiresHeld] where the caller holds it.",
        "'Table.Find' must be called with 'Table.tableLock' held, reached via Open → Helper. Take it around the call, or declare [RequiresHeld] where the caller holds it.");

    [Fact]
    public Task Silent_in_constructors_on_new_objects_and_between_methods_that_need_the_same_lock() => Verify.Valid("""
        class Vgic
        {
            private readonly RawSpinLock vgicLock = new();

            public Vgic() => Reset();

            [RequiresHeld("this.vgicLock")]
            public void Reset() => Clear();

            [RequiresHeld("this.vgicLock")]
            private void Clear() { }

            public static Vgic Make()
            {
                var made = new Vgic();
                made.Reset();
                return made;
            }

            public void Try()
            {
                if (!vgicLock.TryAcquire())
                {
                    return;
                }

                Reset();
                vgicLock.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_where_the_lock_is_held_under_another_name_or_by_a_public_alias() => Verify.Reported("IRQ0114", """
        static class Reader
        {
            [RequiresHeld("rcu")]
            public static int Look() => 0;
        }

        class Node
        {
            public readonly RawSpinLock NodeLock = new();

            [RequiresHeld("this.NodeLock")]
            public void Touch() { }
        }

        class User
        {
            private readonly Node[] nodes = { new(), new() };

            private Node Find(int key) => nodes[key];

            public void Run(int i)
            {
                using (Rcu.Read())
                {
                    Reader.Look();
                }

                [|Reader.Look()|];
                using (Find(i).NodeLock.Lock())
                {
                    Find(i).Touch();
                }
            }
        }
        """);

    [Fact]
    public Task A_project_may_bring_its_own_contracts() => Verify.WithOwnContracts("IRQ0114", """
        class Mine
        {
            private readonly TicketLock ticket = new();

            [RequiresHeld("this.ticket")]
            private void Step() { }

            public void Without() => [|Step()|];

            public void With()
            {
                using (ticket.EnterMasked())
                {
                    Step();
                }
            }
        }
        """);
}
