using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>An NMI is withdrawn after the CPU took it and before it is acknowledged.</summary>
[Scenario("An NMI is withdrawn after the CPU took it and before it is acknowledged.")]
public sealed class UartWithdrawsAnNmi : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var root = new RootHandler();

        machine.Cpus(2);
        machine.Boot(root.Probe);
        machine.Source("uart", RootHandler.Uart, cpu: 0);
        machine.Task(0, "task", root.Work);
        machine.Task(1, "uart driver", root.Withdraw);
    }
}
