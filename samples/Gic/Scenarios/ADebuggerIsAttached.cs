using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A debugger takes over a UART.</summary>
[Scenario("A debugger takes over a UART.")]
public sealed class ADebuggerIsAttached : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "task", () =>
        {
            LocalIrq.Disable();
            NmiSetup.Uart(IntId.Spi(5));
            LocalIrq.Enable();
        });
    }
}
