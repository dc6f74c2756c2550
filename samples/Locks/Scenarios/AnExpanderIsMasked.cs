using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A line of an expander is masked.</summary>
[Scenario("A line of an expander is masked.")]
public sealed class AnExpanderIsMasked : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var expander = new GpioExpander();

        machine.Cpus(1);
        machine.Task(0, "driver", expander.Mask);
    }
}
