using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>The way through a suspend state, with interrupts off.</summary>
public static class CpuSuspend
{
    /// <summary>Suspends and comes back with the masks of before.</summary>
    [RunsIn(Context.Task)]
    public static void Suspend()
    {
        IrqFlags flags = LocalIrq.Save();

        // Here the CPU would lose its power.

        LocalIrq.Restore(flags);
    }
}
