using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>The PMU interrupts a section with interrupts off.</summary>
[Scenario("The PMU interrupts a section with interrupts off.")]
public sealed class PmuNmi : IScenario
{
    private static readonly IntId s_pmu = IntId.Ppi(7);

    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest);
        machine.Boot(() =>
        {
            Irq.SetHandleIrq([RunsIn(Context.HardIrq | Context.PseudoNmi)] () => NmiEntry.HandleNmi());
            Processor.BugOn(Irq.RequestPercpuNmi(s_pmu, Overflow, "pmu") != Errno.Ok, "no NMIs on this machine");
        });
        machine.Task(0, "task", () =>
        {
            // What comes while the line is on is an NMI.
            LocalIrq.Disable();
            Irq.PreparePercpuNmi(s_pmu);
            Irq.EnablePercpuNmi(s_pmu);
            Irq.DisablePercpuNmi(s_pmu);
            LocalIrq.Enable();
        });
        machine.Source("pmu", s_pmu, 0);
    }

    [RunsIn(Context.PseudoNmi)]
    private static IrqReturn Overflow(IntId irq) => IrqReturn.Handled;
}
