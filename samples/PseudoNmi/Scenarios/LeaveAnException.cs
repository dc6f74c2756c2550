using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>An exception is left.</summary>
[Scenario("An exception is left.")]
public sealed class LeaveAnException : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var abort = new AbortPath();

        machine.Cpus(1);
        machine.Task(0, "task", abort.Leave);
    }
}
