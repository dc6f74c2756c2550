using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A driver requests a GPIO interrupt.</summary>
[Scenario("A driver requests a GPIO interrupt.")]
public sealed class ConfigureAGpioInterrupt : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var gpio = new MesonGpio();

        machine.Cpus(1);
        machine.Task(0, "driver", gpio.SetupIrq);
    }
}
