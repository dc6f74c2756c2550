using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>An IPI that needs no flow handler: acknowledged, ended and deactivated in one place.</summary>
public static class ReschedIpi
{
    /// <summary>The IPI.</summary>
    public static readonly IntId Ipi = IntId.Sgi(9);

    /// <summary>The root handler of a machine that has nothing else.</summary>
    [RunsIn(Context.HardIrq)]
    public static void HandleIrq()
    {
        IntId irq = Icc.ReadIar1();
        if (irq.IsSpecial)
        {
            return;
        }

        Icc.WriteEoir1(irq);
        Barrier.Isb();
        Icc.WriteDir(irq);
    }
}
