using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>
/// The PMU's overflow interrupt, a PPI on every CPU, as drivers/perf/arm_pmu.c has it: an NMI where the machine has them, so that sections with interrupts off are measured
/// too.
/// </summary>
public sealed class PerfEvents
{
    /// <summary>Its line.</summary>
    public static readonly IntId Pmu = IntId.Ppi(7);

    private readonly PerCpu<int> overflows = new(0);

    /// <summary>Requests the line for all CPUs, and enables it on each that is there or comes.</summary>
    [RunsIn(Context.Task)]
    public void Start()
    {
        // Never fails on the machine of whoever wrote it. On a GICv2 it always does.
        _ = Irq.RequestPercpuNmi(Pmu, OnOverflow, "arm-pmu");
        CpuHotplug.SetupState("perf/arm/pmu:starting", StartCpu, StopCpu);
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StartCpu(CpuId cpu)
    {
        if (Irq.PreparePercpuNmi(Pmu) == Errno.Ok)
        {
            Irq.EnablePercpuNmi(Pmu);
        }
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StopCpu(CpuId cpu)
    {
        Irq.DisablePercpuNmi(Pmu);
        Irq.TeardownPercpuNmi(Pmu);
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnOverflow(IntId irq)
    {
        overflows.This.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
