using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A CPU sends itself an IPI.</summary>
[Scenario("A CPU sends itself an IPI.")]
public sealed class SendReschedule : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1).Profile(MachineProfile.GicV3Irq);
        machine.Boot(built =>
        {
            built.Cpus[0].Redistributor[ReschedIpi.Ipi].Enabled = true;
            Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () => ReschedIpi.HandleIrq());
        });
        machine.Task(0, "task", () =>
        {
            Barrier.Dsb();
            Icc.SendSgi(ReschedIpi.Ipi, CpuMask.Of(new CpuId(0)));
            Processor.Relax();
        });
    }
}
