using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A critical section begins.</summary>
[Scenario("A critical section begins.")]
public sealed class ACriticalSection : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "task", () =>
        {
            Preemption.Disable();
            Critical.Enter();
            Icc.WritePmr(Pmr.IrqOn);
            Preemption.Enable();
        });
    }
}
