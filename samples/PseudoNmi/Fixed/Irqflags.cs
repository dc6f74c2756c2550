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

    /// <summary>arch_local_irq_save(). What is masked in any form stays as it is.</summary>
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public static SavedMask Save()
    {
        if (!CpuFeatures.UsesIrqPrioMasking)
        {
            return new SavedMask(default, LocalDaif.Save());
        }

        Pmr before = Icc.ReadPmr();
        if (before == Pmr.IrqOn)
        {
            Icc.MaskIrqs();
        }

        return new SavedMask(before, default);
    }

    /// <summary>arch_local_irq_restore().</summary>
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public static void Restore(SavedMask flags)
    {
        if (CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.WritePmr(flags.Pmr);
        }
        else
        {
            LocalDaif.Restore(flags.Daif);
        }
    }

    /// <summary>What stop_machine() and kexec do on their way, without the bookkeeping.</summary>
    [SetsMask(Mask.Irq, true)]
    public static void DisableRaw() => Disable();
}

/// <summary>What arch_local_irq_save() returns: PMR or DAIF, whichever masks on this machine. In C both are one <c>unsigned long</c>.</summary>
/// <param name="Pmr">Where the machine masks by priority.</param>
/// <param name="Daif">Elsewhere.</param>
public readonly record struct SavedMask(Pmr Pmr, DaifFlags Daif);
