using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>Two CPUs raise one virtual interrupt at once.</summary>
[Scenario("Two CPUs raise one virtual interrupt at once.")]
public sealed class TwoCpusRaiseOneInterrupt : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var vgic = new XenInjectIrq();

        machine.Cpus(2);
        machine.Task(0, "pcpu-0", vgic.Inject);
        machine.Task(1, "pcpu-1", vgic.Inject);
    }
}
