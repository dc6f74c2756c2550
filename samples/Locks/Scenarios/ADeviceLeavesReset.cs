using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A device is taken out of reset.</summary>
[Scenario("A device is taken out of reset.")]
public sealed class ADeviceLeavesReset : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var reset = new ResetWait();

        machine.Cpus(2);
        machine.Task(0, "driver", reset.Deassert);
        machine.Task(1, "device", reset.Ready);
    }
}
