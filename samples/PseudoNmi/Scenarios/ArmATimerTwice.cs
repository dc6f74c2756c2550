using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>A timer is armed twice.</summary>
[Scenario("A timer is armed twice.")]
public sealed class ArmATimerTwice : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var timer = new OneShotTimer();

        machine.Cpus(1);
        machine.Task(0, "probe", () =>
        {
            timer.Arm();
            timer.Arm();
        });
    }
}
