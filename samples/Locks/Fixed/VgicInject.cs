using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>
/// Injects a virtual interrupt from the handler of a physical one. ap_list_lock is taken in the handler; irq_lock nests inside it, so it is held with
/// interrupts off everywhere.
/// </summary>
public sealed class VgicInject
{
    /// <summary>The physical timer's line.</summary>
    public static readonly IntId Timer = IntId.Ppi(10);

    private readonly RawSpinLock apListLock = new("ap_list_lock");
    private readonly RawSpinLock irqLock = new("irq_lock");
    private readonly Shared<bool> pending = new(false);

    /// <summary>Requests the line.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuIrq(Timer, Inject, "vtimer") == Errno.Ok)
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(Timer);
            }
        }
    }

    /// <summary>vgic_flush_lr_state(): the list lock outside, the interrupt's own lock inside.</summary>
    [RunsIn(Context.Task)]
    public void Flush()
    {
        using (apListLock.LockIrqSave())
        {
            using (irqLock.Lock())
            {
                pending.WriteOnce(false);
            }
        }
    }

    /// <summary>A guest's read of GICD_ISPENDR.</summary>
    [RunsIn(Context.Task)]
    public bool ReadPending()
    {
        using (irqLock.LockIrqSave())
        {
            return pending.ReadOnce();
        }
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn Inject(IntId irq)
    {
        using (apListLock.Lock())
        {
            pending.WriteOnce(true);
        }

        return IrqReturn.Handled;
    }
}
