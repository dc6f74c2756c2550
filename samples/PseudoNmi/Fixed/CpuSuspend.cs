using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>The way through a suspend state, which goes on with everything masked.</summary>
public static class CpuSuspend
{
    /// <summary>Suspends and comes back with the masks of before.</summary>
    [RunsIn(Context.Task)]
    public static void Suspend()
    {
        DaifFlags flags = LocalDaif.Save();

        // Here the CPU would lose its power.
        LocalDaif.Restore(flags);
    }
}
