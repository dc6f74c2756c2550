using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>The entry code of a kernel that is one image for machines with priority masking and without.</summary>
public static class OneImage
{
    /// <summary>An interrupt came while the kernel was running.</summary>
    [RunsIn(Context.HardIrq)]
    public static void EnterFromKernel()
    {
        if (CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.MaskIrqs();
        }
    }

    /// <summary>An interrupt came while a program was running.</summary>
    [RunsIn(Context.HardIrq)]
    public static void EnterFromUser()
    {
        if (CpuFeatures.UsesIrqPrioMasking)
        {
            Icc.MaskIrqs();
        }
    }
}
