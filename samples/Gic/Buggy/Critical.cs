using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>A critical section by the register itself.</summary>
public static class Critical
{
    /// <summary>Ordinary interrupts are held off from here on.</summary>
    [RunsIn(Context.Task, Within = Section.PreemptOff)]
    public static void Enter()
    {
        Icc.WritePmr(Pmr.IrqOff);
        Barrier.Isb();
    }
}
