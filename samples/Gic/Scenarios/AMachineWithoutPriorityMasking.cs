using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>The image runs on a machine without priority masking.</summary>
[Scenario("The image runs on a machine without priority masking.")]
public sealed class AMachineWithoutPriorityMasking : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1).Profile(MachineProfile.GicV3Irq);
        machine.Boot(() =>
        {
            Irq.SetType(IntId.Spi(5), Trigger.Edge);
            Irq.RequestIrq(IntId.Spi(5), Handle, IrqRequestFlags.None, "device");
        });
        machine.Task(0, "task", Processor.Relax);
        machine.Source("device", IntId.Spi(5), 0);
    }

    [RunsIn(Context.HardIrq)]
    private static IrqReturn Handle(IntId irq)
    {
        OneImage.EnterFromUser();
        return IrqReturn.Handled;
    }
}
