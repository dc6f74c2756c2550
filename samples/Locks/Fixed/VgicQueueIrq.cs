using IrqSafety.Contracts;
using IrqSafety.Runtime;

// The order that the comment at the top of arch/arm64/kvm/vgic/vgic.c gives, as of Linux 6.12.
[assembly: DeclareLockClass("ap_list_lock", LockKind.RawSpin)]
[assembly: DeclareLockClass("irq_lock", LockKind.RawSpin)]
[assembly: LockOrder("kvm-6.12", "ap_list_lock", "irq_lock")]

namespace Locks;

/// <summary>Queues a virtual interrupt to its vCPU. As vgic_queue_irq_unlock() does it: drop, take both in order, and look again.</summary>
public sealed class VgicQueueIrq
{
    [LockClass(Alias = "ap_list_lock")]
    private readonly RawSpinLock apListLock = new();

    [LockClass(Alias = "irq_lock")]
    private readonly RawSpinLock irqLock = new();

    private readonly Shared<bool> pending = new(false);
    private readonly Shared<bool> listed = new(false);

    /// <summary>kvm_vgic_inject_irq().</summary>
    [RunsIn(Context.Task)]
    public void Inject()
    {
        using (irqLock.LockIrqSave())
        {
            pending.WriteOnce(true);
        }

        using (apListLock.LockIrqSave())
        {
            using (irqLock.Lock())
            {
                if (pending.ReadOnce())
                {
                    listed.WriteOnce(true);
                }
            }
        }
    }

    /// <summary>vgic_prune_ap_list().</summary>
    [RunsIn(Context.Task)]
    public void Prune()
    {
        using (apListLock.LockIrqSave())
        {
            using (irqLock.Lock())
            {
                if (!pending.ReadOnce())
                {
                    listed.WriteOnce(false);
                }
            }
        }
    }
}
