using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0101LockOrderInversionTests
{
    [Fact]
    public Task Reported_two_locks_in_opposite_orders() => Verify.Reported("IRQ0101", """
        class Vgic
        {
            private readonly RawSpinLock apListLock = new();
            private readonly RawSpinLock irqLock = new();

            public void Flush()
            {
                using (apListLock.Lock())
                using (irqLock.Lock())
                {
                }
            }

            public void Queue()
            {
                irqLock.Acquire();
                [|apListLock.Acquire()|];
                apListLock.Release();
                irqLock.Release();
            }
        }
        """,
        "'Queue' takes 'Vgic.apListLock' while 'Vgic.irqLock' is held, but 'Flush' takes 'Vgic.irqLock' while 'Vgic.apListLock' is held. Take them in one order everywhere.");

    [Fact]
    public async Task Reported_once_for_a_ring_of_three_with_every_place()
    {
        var found = await Verify.Reported("IRQ0101", """
            class Its
            {
                private static readonly RawSpinLock Device = new();
                private static readonly RawSpinLock Collection = new();
                private static readonly RawSpinLock Command = new();

                public static void Map() { using (Device.Lock()) using (Collection.Lock()) { } }
                public static void Move() { using (Collection.Lock()) using (Command.Lock()) { } }
                public static void Drop() { using (Command.Lock()) using ([|Device.Lock()|]) { } }
            }
            """,
            "'Drop' takes 'Its.Device' while 'Its.Command' is held, but 'Map' takes 'Its.Collection' while 'Its.Device' is held, 'Move' takes 'Its.Command' while 'Its.Collection' is held. Take them in one order everywhere.");
        Diagnostic ring = Assert.Single(found);
        Assert.Equal(
            [
                "Drop runs in task context", "Drop calls RawSpinLock.Lock on 'Its.Command'", "Drop calls RawSpinLock.Lock on 'Its.Device'",
                "Map runs in task context", "Map calls RawSpinLock.Lock on 'Its.Device'", "Map calls RawSpinLock.Lock on 'Its.Collection'",
                "Move runs in task context", "Move calls RawSpinLock.Lock on 'Its.Collection'", "Move calls RawSpinLock.Lock on 'Its.Command'",
            ],
            ring.Properties[Fingerprint.PathProperty]!.Split('\n'));
        Assert.Equal(
            ["Drop", "Command.Lock()", "Device.Lock()", "Map", "Device.Lock()", "Collection.Lock()", "Move", "Collection.Lock()", "Command.Lock()"],
            ring.AdditionalLocations.Select(place => place.SourceTree!.ToString().Substring(place.SourceSpan.Start, place.SourceSpan.Length)));
    }

    [Fact]
    public Task Reported_through_calls_and_through_a_lock_the_contract_says_is_held() => Verify.Reported("IRQ0101", """
        class Irq
        {
            private readonly RawSpinLock descLock = new();
            private readonly RawSpinLock chipLock = new();

            [RequiresHeld("this.chipLock")]
            private void Startup()
            {
                using (descLock.Lock())
                {
                }
            }

            public void Mask()
            {
                using (descLock.LockIrqSave())
                {
                    Program();
                }
            }

            private void Program()
            {
                [|chipLock.Acquire()|];
                chipLock.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives() => Verify.WithOwnContracts("IRQ0101", """
        class Driver
        {
            private readonly TicketLock a = new();
            private readonly TicketLock b = new();

            public void One() { a.Enter(); b.Enter(); b.Exit(); a.Exit(); }
            public void Two() { b.Enter(); [|a.Enter()|]; a.Exit(); b.Exit(); }
        }
        """);

    [Fact]
    public Task Valid_when_a_common_outer_lock_lets_one_in_at_a_time() => Verify.Valid("""
        class Gated
        {
            private readonly RawSpinLock gate = new();
            private readonly RawSpinLock a = new();
            private readonly RawSpinLock b = new();

            public void One() { using (gate.Lock()) using (a.Lock()) using (b.Lock()) { } }
            public void Two() { using (gate.Lock()) using (b.Lock()) using (a.Lock()) { } }
        }
        """);

    [Fact]
    public Task Reported_when_the_outer_lock_is_another_one_for_each_object() => Verify.Reported("IRQ0101", """
        class Device
        {
            private static readonly RawSpinLock A = new();
            private static readonly RawSpinLock B = new();
            private readonly RawSpinLock own = new();

            public void One() { using (own.Lock()) using (A.Lock()) using (B.Lock()) { } }
            public void Two() { using (own.Lock()) using (B.Lock()) using ([|A.Lock()|]) { } }
        }
        """);

    [Fact]
    public Task Valid_with_a_try_form_and_with_one_after_the_other() => Verify.Valid("""
        class Careful
        {
            private readonly RawSpinLock a = new();
            private readonly RawSpinLock b = new();

            public void Nested() { using (a.Lock()) using (b.Lock()) { } }

            public void Tried()
            {
                b.Acquire();
                if (a.TryAcquire())
                {
                    a.Release();
                }

                b.Release();
            }

            public void InTurn()
            {
                using (b.Lock())
                {
                }

                using (a.Lock())
                {
                }
            }

            public void DropAndRetake()
            {
                b.Acquire();
                b.Release();
                a.Acquire();
                b.Acquire();
                b.Release();
                a.Release();
            }
        }
        """);

    [Fact]
    public Task Valid_when_paths_disagree_on_what_is_held() => Verify.Valid("""
        class Either
        {
            private readonly RawSpinLock a = new();
            private readonly RawSpinLock b = new();

            public void Nested() { using (a.Lock()) using (b.Lock()) { } }

            public void Choose(bool first)
            {
                if (first)
                {
                    b.Acquire();
                    b.Release();
                }

                using (a.Lock())
                {
                }
            }
        }
        """);
}
