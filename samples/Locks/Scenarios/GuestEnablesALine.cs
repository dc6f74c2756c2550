using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A guest enables a line on one CPU and disables it on another.</summary>
[Scenario("A guest enables a line on one CPU and disables it on another.")]
public sealed class GuestEnablesALine : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var desc = new XenIrqDesc();

        machine.Cpus(2);
        machine.Task(0, "vcpu-0", desc.Route);
        machine.Task(1, "vcpu-1", desc.Unroute);
    }
}
