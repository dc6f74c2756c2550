using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A virtual interrupt is injected while the list of its vCPU is pruned.</summary>
[Scenario("A virtual interrupt is injected while the list of its vCPU is pruned.")]
public sealed class InjectWhileTheListIsPruned : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var vgic = new VgicQueueIrq();

        machine.Cpus(2);
        machine.Task(0, "vmm", vgic.Inject);
        machine.Task(1, "vcpu", vgic.Prune);
    }
}
