using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A CPU comes up.</summary>
[Scenario("A CPU comes up.")]
public sealed class ACpuComesUp : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "task", () =>
        {
            LocalIrq.Disable();
            CpuBringUp.Init();
            LocalIrq.Enable();
        });
    }
}
