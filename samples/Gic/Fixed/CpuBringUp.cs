using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace GicDriver;

/// <summary>The CPU interface of a CPU that comes up, <c>gic_cpu_init</c>.</summary>
public static class CpuBringUp
{
    /// <summary>Runs on the new CPU.</summary>
    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    public static void Init()
    {
        Gicr.Wake();
        Icc.WriteBpr1(0);
        Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));
        Icc.EnableGroup1();
    }
}
