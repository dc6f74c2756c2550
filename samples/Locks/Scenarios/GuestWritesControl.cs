using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>Two vCPUs write GICD_CTLR, one of them a value that is refused.</summary>
[Scenario("Two vCPUs write GICD_CTLR, one of them a value that is refused.")]
public sealed class GuestWritesControl : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var control = new DistributorControl();

        machine.Cpus(2);
        machine.Task(0, "vcpu-0", () => control.Write(8));
        machine.Task(1, "vcpu-1", () => control.Write(1));
    }
}
