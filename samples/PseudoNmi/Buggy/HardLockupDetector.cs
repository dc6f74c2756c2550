using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>
/// kernel/watchdog_perf.c: every so many cycles the PMU interrupts each CPU and looks whether its timer has ticked since. Only an NMI can: where interrupts are off for ever,
/// nothing else comes.
/// </summary>
public sealed class HardLockupDetector
{
    /// <summary>The PMU's line.</summary>
    public static readonly IntId Pmu = IntId.Ppi(7);

    /// <summary>The timer's line.</summary>
    public static readonly IntId Timer = IntId.Ppi(11);

    private readonly PerCpu<int> ticks = new(0);
    private readonly PerCpu<int> ticksSeen = new(-1);
    private readonly Shared<int> lockups = new(0);
    private bool isNmi;

    /// <summary>hardlockup_detector_perf_init().</summary>
    [RunsIn(Context.Task)]
    public Errno Start()
    {
        Errno err = Irq.RequestPercpuIrq(Timer, OnTick, "timer");
        if (err != Errno.Ok)
        {
            return err;
        }

        CpuHotplug.SetupState("timer:starting", StartTimer, StopTimer);

        isNmi = Irq.RequestPercpuNmi(Pmu, OnOverflow, "watchdog") == Errno.Ok;
        if (!isNmi)
        {
            // So that the boot log shows no error on a GICv2. The handler below is an NMI's, and so is its purpose.
            err = Irq.RequestPercpuIrq(Pmu, OnOverflow, "watchdog");
        }

        if (err == Errno.Ok)
        {
            CpuHotplug.SetupState("watchdog:starting", StartDetector, StopDetector);
        }

        return err;
    }

    /// <summary>What a CPU does that locks up: interrupts off, and no end.</summary>
    [RunsIn(Context.Task)]
    public void Work()
    {
        IrqFlags flags = LocalIrq.Save();
        Processor.Relax();
        LocalIrq.Restore(flags);
    }

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private static void StartTimer(CpuId cpu) => Irq.EnablePercpuIrq(Timer);

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private static void StopTimer(CpuId cpu) => Irq.DisablePercpuIrq(Timer);

    [RunsIn(Context.Task, Within = Section.CpuStarting)]
    private void StartDetector(CpuId cpu)
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
    private void StopDetector(CpuId cpu)
    {
        if (!isNmi)
        {
            Irq.DisablePercpuIrq(Pmu);
            return;
        }

        Irq.DisablePercpuNmi(Pmu);
        Irq.TeardownPercpuNmi(Pmu);
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn OnTick(IntId irq)
    {
        ticks.This.FetchAdd(1);
        return IrqReturn.Handled;
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnOverflow(IntId irq)
    {
        int now = ticks.This.ReadOnce();
        if (ticksSeen.This.ReadOnce() == now)
        {
            lockups.FetchAdd(1);
            Printk.Deferred("Watchdog detected hard LOCKUP");
        }

        ticksSeen.This.WriteOnce(now);
        return IrqReturn.Handled;
    }
}
