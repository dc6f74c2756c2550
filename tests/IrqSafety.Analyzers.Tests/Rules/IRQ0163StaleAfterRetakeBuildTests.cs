using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0163StaleAfterRetakeBuildTests
{
    [Fact]
    public Task Reported_for_what_another_type_read_under_the_lock_or_dropped() => Verify.Reported("IRQ0163", """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Queued;

            internal bool WasQueued()
            {
                using (IrqLock.Lock())
                {
                    return Queued;
                }
            }

            internal void Relax()
            {
                IrqLock.Release();
                IrqLock.Acquire();
            }
        }

        class Vgic
        {
            public void Queue(VgicIrq irq)
            {
                if (irq.WasQueued())
                {
                    return;
                }

                irq.IrqLock.Acquire();
                [|irq.Queued|] = true;
                irq.IrqLock.Release();
            }

            public void Relaxed(VgicIrq irq)
            {
                irq.IrqLock.Acquire();
                if (!irq.Queued)
                {
                    irq.Relax();
                    [|irq.Queued|] = true;
                }

                irq.IrqLock.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_where_it_is_looked_at_again() => Verify.Valid("""
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Queued;

            internal bool WasQueued()
            {
                using (IrqLock.Lock())
                {
                    return Queued;
                }
            }
        }

        class Vgic
        {
            public void Queue(VgicIrq irq)
            {
                if (irq.WasQueued())
                {
                    return;
                }

                irq.IrqLock.Acquire();
                if (!irq.Queued)
                {
                    irq.Queued = true;
                }

                irq.IrqLock.Release();
            }
        }
        """);
}
