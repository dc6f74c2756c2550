using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>The way of a pseudo-NMI from its acknowledge to the PMU's handler, in both modes of EOI.</summary>
public static class NmiEntry
{
    private static readonly bool s_supportsDeactivate = false;

    /// <summary>The root handler, with interrupts off.</summary>
    [RunsIn(Context.PseudoNmi)]
    public static void HandleNmi()
    {
        IntId irq = Icc.ReadIar1();
        if (irq.IsSpecial)
        {
            return;
        }

        if (s_supportsDeactivate)
        {
            Icc.WriteEoir1(irq);
            Barrier.Isb();
        }

        Irq.GenericHandleDomainNmi(irq);
    }
}
