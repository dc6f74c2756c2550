using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>The PMU overflows on CPU 1 while a task there asks whether it ever did.</summary>
[Scenario("The PMU overflows on CPU 1 while a task there asks whether it ever did.")]
public sealed class WatchdogSelfTest : IScenario
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
        machine.Task(1, "self-test", () => watchdog.HasSampled());
    }
}
