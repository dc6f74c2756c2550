using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>A task is accounted.</summary>
[Scenario("A task is accounted.")]
public sealed class AccountATask : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var accounting = new CycleAccounting();

        machine.Cpus(1);
        machine.Task(0, "task", accounting.Account);
    }
}
