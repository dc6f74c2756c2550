using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A guest reboots.</summary>
[Scenario("A guest reboots.")]
public sealed class AGuestReboots : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var vgic = new VgicReset();

        machine.Cpus(1);
        machine.Boot(vgic.Create);
        machine.Task(0, "domctl", vgic.Reset);
    }
}
