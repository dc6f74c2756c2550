using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>The debug console asks for its NMI.</summary>
[Scenario("The debug console asks for its NMI.")]
public sealed class DebugUartOpens : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var uart = new DebugUart();

        machine.Cpus(1);
        machine.Boot(() => uart.Open());
        machine.Source("break", DebugUart.UartIrq, cpu: 0, arrivals: 1);
        machine.Task(0, "worker", () => Printk.Direct("working"));
    }
}
