using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0107IrqUnsafeUseTests
{
    [Fact]
    public Task Reported_at_each_holder_with_interrupts_on() => Verify.Reported("IRQ0107", """
        class Mailbox
        {
            private readonly RawSpinLock boxLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                using (boxLock.Lock())
                {
                }
            }

            [RunsIn(Context.Task)]
            public void Send()
            {
                using ([|boxLock.Lock()|])
                {
                }
            }

            public void Poll()
            {
                if ([|boxLock.TryAcquire()|])
                {
                    boxLock.Release();
                }
            }
        }
        """,
        "'RawSpinLock.Lock' takes 'Mailbox.boxLock' with interrupts on, and 'OnIrq' waits for it in an interrupt, which may interrupt the holder. Take it with interrupts off.",
        "'RawSpinLock.TryAcquire' takes 'Mailbox.boxLock' with interrupts on, and 'OnIrq' waits for it in an interrupt, which may interrupt the holder. Take it with interrupts off.");

    [Fact]
    public Task Reported_where_the_interrupt_is_let_in_while_the_lock_is_held() => Verify.Reported("IRQ0107", """
        class Mailbox
        {
            private readonly RawSpinLock boxLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                using (boxLock.Lock())
                {
                }
            }

            public void Send()
            {
                LocalIrq.Disable();
                boxLock.Acquire();
                [|LocalIrq.Enable()|];
                boxLock.Release();
            }

            public void Right()
            {
                IrqFlags outer = LocalIrq.Save();
                boxLock.Acquire();
                IrqFlags inner = LocalIrq.Save();
                LocalIrq.Restore(inner);
                boxLock.Release();
                LocalIrq.Restore(outer);
            }
        }
        """,
        "'LocalIrq.Enable' goes on holding 'Mailbox.boxLock' with interrupts on, and 'OnIrq' waits for it in an interrupt, which may interrupt the holder. Take it with interrupts off.");

    [Fact]
    public Task Reported_for_a_softirq_and_for_a_softirq_interrupted_by_an_interrupt() => Verify.Reported("IRQ0107", """
        class Net
        {
            private readonly SpinLock rxLock = new();
            private readonly SpinLock txLock = new();

            [RunsIn(Context.SoftIrq)]
            private void Poll()
            {
                using (rxLock.Lock())
                {
                }

                using ([|txLock.Lock()|])
                {
                }
            }

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                using (txLock.Lock())
                {
                }
            }

            [RunsIn(Context.Task)]
            public void Configure()
            {
                using ([|rxLock.Lock()|])
                {
                }
            }
        }
        """);

    [Fact]
    public Task Reported_through_calls_with_own_primitives() => Verify.WithOwnContracts("IRQ0107", """
        class Driver
        {
            private readonly TicketLock ticket = new();

            public void Open() => Kernel.AttachIrq(OnIrq);

            private void OnIrq() => Both();

            public void Send()
            {
                using (ticket.EnterMasked())
                {
                }

                Late();
            }

            private void Late() { [|ticket.Enter()|]; ticket.Exit(); }

            private void Both() { ticket.Enter(); ticket.Exit(); }
        }
        """);

    [Fact]
    public Task Valid_with_interrupts_off_with_softirqs_off_for_a_softirq_and_with_a_try_form_in_the_handler() => Verify.Valid("""
        class Careful
        {
            private readonly RawSpinLock irqLock = new();
            private readonly SpinLock softLock = new();
            private readonly RawSpinLock triedLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                irqLock.Acquire();
                irqLock.Release();
                if (triedLock.TryAcquire())
                {
                    triedLock.Release();
                }
            }

            [RunsIn(Context.SoftIrq)]
            private void OnSoftIrq()
            {
                softLock.Acquire();
                softLock.Release();
            }

            public void Save()
            {
                using (irqLock.LockIrqSave())
                {
                }

                IrqFlags flags = LocalIrq.Save();
                irqLock.Acquire();
                irqLock.Release();
                LocalIrq.Restore(flags);
            }

            public void Bottom()
            {
                BottomHalves.Disable();
                softLock.Acquire();
                softLock.Release();
                BottomHalves.Enable();
                triedLock.Acquire();
                triedLock.Release();
            }

            [RequiresMasked(Mask.Irq)]
            public void Masked()
            {
                irqLock.Acquire();
                irqLock.Release();
            }

            public void Nested(IrqFlags given)
            {
                LocalIrq.Restore(given);
                irqLock.Acquire();
                irqLock.Release();
            }
        }
        """);

    [Fact]
    public Task Reported_once_where_a_handler_is_also_an_nmi() => Verify.Reported("IRQ0208", """
        class Double
        {
            private readonly RawSpinLock bothLock = new();

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            private void OnEither()
            {
                [|bothLock.Acquire()|];
                bothLock.Release();
            }

            public void Read()
            {
                bothLock.Acquire();
                bothLock.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_in_what_overrides_a_step_of_its_base_class_which_runs_it_with_interrupts_off() => Verify.Valid("""
        abstract class Chip
        {
            public void SetType()
            {
                LocalIrq.Disable();
                Configure();
                LocalIrq.Enable();
            }

            protected abstract void Configure();
        }

        class Expander : Chip
        {
            private readonly RawSpinLock shadowLock = new();

            protected override void Configure()
            {
                using (shadowLock.Lock())
                {
                }
            }

            [RunsIn(Context.HardIrq)]
            public IrqReturn Handle(IntId irq)
            {
                using (shadowLock.Lock())
                {
                    return IrqReturn.Handled;
                }
            }
        }
        """);

    [Fact]
    public Task Reported_in_what_overrides_a_member_that_anybody_calls() => Verify.Reported("IRQ0107", """
        abstract class Port
        {
            public abstract void Send();
        }

        class Uart : Port
        {
            private readonly RawSpinLock portLock = new();

            public override void Send()
            {
                using ([|portLock.Lock()|])
                {
                }
            }

            [RunsIn(Context.HardIrq)]
            public IrqReturn Handle(IntId irq)
            {
                using (portLock.Lock())
                {
                    return IrqReturn.Handled;
                }
            }
        }
        """);
}
