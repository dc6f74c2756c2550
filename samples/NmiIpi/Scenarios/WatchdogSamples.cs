using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>The PMU overflows on CPU 1 while a task there reads the samples.</summary>
[Scenario("The PMU overflows on CPU 1 while a task there reads the samples.")]
public sealed class WatchdogSamples : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var ipi = new SmpIpi(new NmiBacktrace(), new CpuStop());
        var watchdog = new HardlockupWatchdog();

        machine.Cpus(2);
        machine.Boot(() =>
        {
            ipi.SetSmpIpiRange(new IntId(0));
            watchdog.Start();
        });
        machine.Source("pmu-1", HardlockupWatchdog.PmuIrq, cpu: 1, arrivals: 1);
        machine.Task(1, "proc-reader", () => watchdog.Snapshot());
    }
}
