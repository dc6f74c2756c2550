using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>Two vCPUs of a guest write and read GICD_CTLR.</summary>
[Scenario("Two vCPUs of a guest write and read GICD_CTLR.")]
public sealed class GuestsShareTheDistributor : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var distributor = new XenDistributor();

        machine.Cpus(2);
        machine.Task(0, "vcpu-0", () => distributor.WriteControl(1));
        machine.Task(1, "vcpu-1", () => distributor.ReadControl());
    }
}
