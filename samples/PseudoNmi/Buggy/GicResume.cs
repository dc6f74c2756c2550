using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>The CPU interface after a power-down: initialised as at boot, but with interrupts off round it.</summary>
public sealed class GicResume
{
    private readonly RawSpinLock gicLock = new("gic_lock");

    /// <summary>CPU_PM_EXIT.</summary>
    [RunsIn(Context.Task)]
    public void Resume()
    {
        using (gicLock.LockIrqSave())
        {
            Icc.WritePmr(Pmr.IrqOn);
        }
    }
}
