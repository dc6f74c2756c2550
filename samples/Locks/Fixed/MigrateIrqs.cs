using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Moves an interrupt away from a CPU, with the flavour that raw_spin_lock_irq() stood for.</summary>
public sealed class MigrateIrqs
{
    /// <summary>The line.</summary>
    public static readonly IntId Line = IntId.Ppi(11);

    private readonly RawSpinLock descriptorLock = new("irq_desc->lock");
    private readonly Shared<int> handled = new(0);

    /// <summary>Requests the line.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuIrq(Line, Handle, "migrating") == Errno.Ok)
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(Line);
            }
        }
    }

    /// <summary>irq_restore_affinity_of_irq().</summary>
    [RunsIn(Context.Task)]
    public void RestoreAffinity()
    {
        using (descriptorLock.LockIrq())
        {
            handled.FetchAdd(0);
        }
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn Handle(IntId irq)
    {
        using (descriptorLock.Lock())
        {
            handled.FetchAdd(1);
        }

        return IrqReturn.Handled;
    }
}
