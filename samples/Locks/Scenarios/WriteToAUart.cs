using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>Text is written to a serial port.</summary>
[Scenario("Text is written to a serial port.")]
public sealed class WriteToAUart : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var port = new UartPort();

        machine.Cpus(1);
        machine.Task(0, "getty", port.Write);
    }
}
