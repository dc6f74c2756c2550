using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0162CheckThenActBuildTests
{
    [Fact]
    public Task Reported_where_another_type_checks_without_the_lock() => Verify.Reported("IRQ0162", """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Queued;

            internal bool IsQueued() => {|IRQ0111:Queued|};
        }

        class Vgic
        {
            public void Queue(VgicIrq irq)
            {
                if ([|irq.IsQueued()|])
                {
                    return;
                }

                irq.IrqLock.Acquire();
                irq.Queued = true;
                irq.IrqLock.Release();
            }
        }
        """,
        "'IsQueued' reads 'VgicIrq.Queued' without 'VgicIrq.IrqLock' held. Take it around the access, or declare [RequiresHeld] where the caller holds it.",
        "'Queue' decides on 'VgicIrq.Queued' before it takes 'VgicIrq.IrqLock', and acts on the outcome under it: another CPU may have changed it. Check it with the lock held.");

    [Fact]
    public Task Silent_where_it_is_checked_with_the_lock_held() => Verify.Valid("""
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Queued;

            [RequiresHeld("this.IrqLock")]
            internal bool IsQueued() => Queued;
        }

        class Vgic
        {
            public void Queue(VgicIrq irq)
            {
                irq.IrqLock.Acquire();
                if (!irq.IsQueued())
                {
                    irq.Queued = true;
                }

                irq.IrqLock.Release();
            }
        }
        """);
}
