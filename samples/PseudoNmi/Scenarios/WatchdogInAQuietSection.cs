using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>The watchdog barks while a task keeps interrupts out.</summary>
[Scenario("The watchdog barks while a task keeps interrupts out.")]
public sealed class WatchdogInAQuietSection : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var section = new QuietSection();

        machine.Cpus(1);
        machine.Boot(section.Probe);
        machine.Source("watchdog", QuietSection.Watchdog, cpu: 0);
        machine.Task(0, "task", section.Hang);
    }
}
