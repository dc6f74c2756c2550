using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A block of flash is erased.</summary>
[Scenario("A block of flash is erased.")]
public sealed class ABlockIsErased : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "task", () => Flash.Erase(verify: false));
    }
}
