using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A device pulses its line, and another device of the same CPU waits.</summary>
[Scenario("A device pulses its line, and another device of the same CPU waits.")]
public sealed class ADevicePulsesItsLine : IScenario
{
    private static readonly IntId s_line = IntId.Spi(6);
    private static readonly IntId s_other = IntId.Spi(7);

    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest);
        machine.Boot(() =>
        {
            LineFlow.MakeEdge(s_line);
            Irq.RequestIrq(s_line, Handle, IrqRequestFlags.None, "device");
            Irq.SetType(s_other, Trigger.Edge);
            Irq.RequestIrq(s_other, Handle, IrqRequestFlags.None, "other");
        });
        machine.Task(0, "task", Processor.Relax);
        machine.Source("device", s_line, 0);
        machine.Source("other", s_other, 0);
    }

    [RunsIn(Context.HardIrq)]
    private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
}
