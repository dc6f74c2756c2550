using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A CPU sends another one a message.</summary>
[Scenario("A CPU sends another one a message.")]
public sealed class AMessageToAnotherCpu : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var doorbell = new Doorbell();
        machine.Cpus(2).Profile(MachineProfile.GicV3Irq).Switches(1);
        machine.Boot(() => Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () => doorbell.HandleIrq()));
        machine.Task(0, "sender", () =>
        {
            Preemption.Disable();
            doorbell.Ring(new CpuId(1));
            Preemption.Enable();
        });
        machine.Task(1, "receiver", () =>
        {
            Preemption.Disable();
            Gicr.Enable(Doorbell.Ipi);
            Preemption.Enable();
        });
    }
}
