using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>
/// arch/arm64/include/asm/irqflags.h, as the review of 2015 asked for it: by PMR where the machine masks by priority, by DAIF elsewhere. In C the alternatives are patched into
/// the code at boot; here each asks.
/// </summary>
public static class Irqflags
{
    /// <summary>arch_local_irq_disable().</summary>
    [SetsMask(Mask.Irq, true)]
    public static void Disable()
    {
        if (CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.MaskIrqs();
        }
        else
        {
            LocalDaif.Mask();
        }
    }

    /// <summary>arch_local_irq_enable().</summary>
    [SetsMask(Mask.Irq, false)]
    public static void Enable()
    {
        if (CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.WritePmr(Pmr.IrqOn);
        }
        else
        {
            LocalDaif.Restore(DaifFlags.Process);
        }
    }

    /// <summary>What stop_machine() and kexec do on their way, without the bookkeeping.</summary>
    [SetsMask(Mask.Irq, true)]
    public static void DisableRaw() => Icc.MaskIrqs();
}
