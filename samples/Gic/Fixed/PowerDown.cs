using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary><c>CPU_PM_ENTER</c>: the CPU leaves the interrupt controller.</summary>
public static class PowerDown
{
    /// <summary>Runs on the CPU that is about to lose its power.</summary>
    [RunsIn(Context.Task, Within = Section.CpuPm)]
    public static void Enter()
    {
        Icc.DisableGroup1();
        Barrier.Isb();
        Barrier.Dsb();
        Gicr.Sleep();
    }
}
