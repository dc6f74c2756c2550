using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>
/// The PMU's overflow interrupt, a PPI on every CPU, as drivers/perf/arm_pmu.c has it: an NMI where the machine has them, so that sections with interrupts off are measured
/// too, and an ordinary interrupt elsewhere.
/// </summary>
public sealed class PerfEvents
{
    /// <summary>Its line.</summary>
    public static readonly IntId Pmu = IntId.Ppi(7);

    private readonly PerCpu<int> overflows = new(0);
    private bool isNmi;

    /// <summary>Requests the line for all CPUs, and enables it on each that is there or comes.</summary>
    [RunsIn(Context.Task)]
    public Errno Start()
    {
        // A GICv2 refuses every time, a GICv3 may: what the request returned decides, on all CPUs alike.
        isNmi = Irq.RequestPercpuNmi(Pmu, OnOverflow, "arm-pmu") == Errno.Ok;
        if (!isNmi && Irq.RequestPercpuIrq(Pmu, OnOverflow, "arm-pmu") is var err and not Errno.Ok)
        {
            return err;
        }

        CpuHotplug.SetupState("perf/arm/pmu:starting", StartCpu, StopCpu);
        return Errno.Ok;
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StartCpu(CpuId cpu)
    {
        if (!isNmi)
        {
            Irq.EnablePercpuIrq(Pmu);
        }
        else if (Irq.PreparePercpuNmi(Pmu) == Errno.Ok)
        {
            Irq.EnablePercpuNmi(Pmu);
        }
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StopCpu(CpuId cpu)
    {
        if (!isNmi)
        {
            Irq.DisablePercpuIrq(Pmu);
            return;
        }

        Irq.DisablePercpuNmi(Pmu);
        Irq.TeardownPercpuNmi(Pmu);
    }

    // Written for both: nothing here waits, and nobody else counts for this CPU.
    [RunsIn(Context.PseudoNmi | Context.HardIrq)]
    private IrqReturn OnOverflow(IntId irq)
    {
        overflows.This.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
