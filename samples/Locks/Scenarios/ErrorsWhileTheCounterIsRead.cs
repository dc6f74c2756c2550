using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>An error is reported while the counter is read.</summary>
[Scenario("An error is reported while the counter is read.")]
public sealed class ErrorsWhileTheCounterIsRead : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var counters = new ErrorCounters();

        machine.Cpus(1);
        machine.Boot(counters.Probe);
        machine.Source("edac", ErrorCounters.Errors, cpu: 0);
        machine.Task(0, "sysfs", () => counters.Take());
    }
}
