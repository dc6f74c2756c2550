using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A CPU powers down.</summary>
[Scenario("A CPU powers down.")]
public sealed class ACpuPowersDown : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "idle", () =>
        {
            LocalIrq.Disable();
            PowerDown.Enter();
        });
    }
}
