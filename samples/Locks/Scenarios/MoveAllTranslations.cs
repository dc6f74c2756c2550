using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A guest moves all interrupts of a collection.</summary>
[Scenario("A guest moves all interrupts of a collection.")]
public sealed class MoveAllTranslations : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var its = new ItsTranslation();

        machine.Cpus(1);
        machine.Task(0, "vcpu-0", its.MoveAll);
    }
}
