using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>A CPU comes back from a power-down.</summary>
[Scenario("A CPU comes back from a power-down.")]
public sealed class ResumeACpu : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var gic = new GicResume();

        machine.Cpus(1);
        machine.Task(0, "idle", gic.Resume);
    }
}
