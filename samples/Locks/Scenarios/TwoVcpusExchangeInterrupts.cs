using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>Two vCPUs hand each other an interrupt.</summary>
[Scenario("Two vCPUs hand each other an interrupt.")]
public sealed class TwoVcpusExchangeInterrupts : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var first = new ApList(0);
        var second = new ApList(1);

        machine.Cpus(2);
        machine.Task(0, "vcpu-0", () => first.MoveTo(second));
        machine.Task(1, "vcpu-1", () => second.MoveTo(first));
    }
}
