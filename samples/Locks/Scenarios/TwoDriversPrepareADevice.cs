using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>Two drivers prepare the same ITS device.</summary>
[Scenario("Two drivers prepare the same ITS device.")]
public sealed class TwoDriversPrepareADevice : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var device = new ItsDeviceTable();

        machine.Cpus(2);
        machine.Task(0, "driver-0", () => device.Prepare(1));
        machine.Task(1, "driver-1", () => device.Prepare(2));
    }
}
