using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A character arrives at a UART.</summary>
[Scenario("A character arrives at a UART.")]
public sealed class ACharacterArrives : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1).Profile(MachineProfile.GicV3Irq);
        machine.Boot(built =>
        {
            Gicd.Configure(UartFifo.Line, Trigger.Level);
            Gicd.Enable(UartFifo.Line);
            var uart = new UartFifo(built.Gic);
            Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () => uart.HandleIrq());
        });
        machine.Task(0, "task", Processor.Relax);
        machine.Source("uart", UartFifo.Line, 0, trigger: Trigger.Level);
    }
}
