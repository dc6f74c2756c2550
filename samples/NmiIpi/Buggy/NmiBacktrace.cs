using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace NmiIpi;

/// <summary>Backtraces of all CPUs, as lib/nmi_backtrace.c takes them: an IPI asks each CPU to print where it is.</summary>
public sealed class NmiBacktrace
{
    private readonly WaitQueue watchers = new();
    private readonly Shared<int> reports = new(0);

    /// <summary>arch_trigger_cpumask_backtrace().</summary>
    public void Trigger(CpuMask cpus)
    {
        Smp.CrossCall(cpus, Ipi.CpuBacktrace);
    }

    /// <summary>A monitor in a task that wakes whoever waits for the reports, and is itself interrupted by them.</summary>
    public void KickWatchers()
    {
        watchers.WakeUp();
    }

    /// <summary>nmi_cpu_backtrace(): runs on each CPU that was asked.</summary>
    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    public void HandleIpi()
    {
        // The console lock: the code that this NMI interrupted may be printing.
        Printk.Direct($"NMI backtrace for cpu {Processor.Id}");
        ReportDone();
    }

    private void ReportDone()
    {
        reports.FetchAdd(1);
        Account();
    }

    private void Account()
    {
        if (reports.ReadOnce() > 0)
        {
            NotifyWatchers();
        }
    }

    private void NotifyWatchers()
    {
        // Three calls below the handler: takes the runqueue lock.
        watchers.WakeUp();
    }
}
