using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>A priority is set where the distributor shifts the view.</summary>
[Scenario("A priority is set where the distributor shifts the view.")]
public sealed class SetAPriority : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var uart = new UartPriority();

        machine.Profile(MachineProfile.GicV3PseudoNmiShifted);
        machine.Cpus(1);
        machine.Task(0, "probe", uart.Setup);
    }
}
