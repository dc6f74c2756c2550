using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>The timer fires on one CPU while a guest reads its pending bits on another.</summary>
[Scenario("The timer fires on one CPU while a guest reads its pending bits on another.")]
public sealed class TimerWhileAGuestReads : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var vgic = new VgicInject();

        machine.Cpus(2);
        machine.Boot(vgic.Probe);
        machine.Source("vtimer-0", VgicInject.Timer, cpu: 0);
        machine.Task(0, "vcpu-0", () => vgic.ReadPending());
        machine.Task(1, "vcpu-1", vgic.Flush);
    }
}
