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

        // On a GICv2 both words are DAIF, and this worked for years. With priority masking IRQON, as a DAIF word, is "interrupts off".
        LocalDaif.Restore(flags.ReinterpretAsDaifFlags());
    }
}
