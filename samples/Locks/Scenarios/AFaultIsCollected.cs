using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>An error collector reports a fault.</summary>
[Scenario("An error collector reports a fault.")]
public sealed class AFaultIsCollected : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var driver = new EdacDriver();

        machine.Cpus(1);
        machine.Source("edac-0", EdacDriver.Faults, cpu: 0);
        machine.Task(0, "driver", driver.Probe);
    }
}
