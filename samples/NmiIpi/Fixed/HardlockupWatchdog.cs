using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>The hard lockup detector: the PMU's overflow interrupt, a PPI, as an NMI on every CPU.</summary>
public sealed class HardlockupWatchdog
{
    /// <summary>The PMU's interrupt: PPI 7.</summary>
    public static readonly IntId PmuIrq = new(23);

    private readonly Completion firstSample = new();
    private readonly IrqWork<HardlockupWatchdog> firstSampleWork = new(static self => self.firstSample.Complete());
    private readonly Shared<int> samples = new(0);

    /// <summary>hardlockup_detector_perf_init().</summary>
    public Errno Start()
    {
        Errno err = Irq.RequestPercpuNmi(PmuIrq, OverflowHandler, "pmu");
        if (err != Errno.Ok)
        {
            return err;
        }

        CpuHotplug.SetupStateNoCalls("watchdog:starting", StartCpu, StopCpu);

        using (Preemption.Off())
        {
            err = Irq.PreparePercpuNmi(PmuIrq);
            if (err == Errno.Ok)
            {
                Irq.EnablePercpuNmi(PmuIrq);
            }
        }

        return err;
    }

    /// <summary>What was sampled so far, for /proc.</summary>
    public int Snapshot()
    {
        return samples.ReadOnce();
    }

    /// <summary>Whether the detector has shown that it works.</summary>
    public bool HasSampled() => firstSample.TryWait();

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private static void StartCpu(CpuId cpu)
    {
        if (Irq.PreparePercpuNmi(PmuIrq) == Errno.Ok)
        {
            Irq.EnablePercpuNmi(PmuIrq);
        }
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private static void StopCpu(CpuId cpu)
    {
        Irq.DisablePercpuNmi(PmuIrq);
        Irq.TeardownPercpuNmi(PmuIrq);
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OverflowHandler(IntId irq)
    {
        samples.FetchAdd(1);
        SignalFirstSample();
        return IrqReturn.Handled;
    }

    [NmiSafe]
    private void SignalFirstSample()
    {
        firstSampleWork.Queue(this);
    }
}
