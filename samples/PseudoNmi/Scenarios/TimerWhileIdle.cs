using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>The timer comes while the CPU idles.</summary>
[Scenario("The timer comes while the CPU idles.")]
public sealed class TimerWhileIdle : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var idle = new PlatformIdle();

        machine.Cpus(1);
        machine.Boot(idle.Probe);
        machine.Source("timer", PlatformIdle.Timer, cpu: 0);
        machine.Task(0, "idle", idle.Enter);
    }
}
