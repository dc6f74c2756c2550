using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>Interrupts are turned off and on by the kernel's own macros, on a GICv2.</summary>
[Scenario("Interrupts are turned off and on by the kernel's own macros, on a GICv2.")]
public sealed class SectionByOwnMacrosOnGicV2 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => SectionByOwnMacrosScenario.Build(machine.Profile(MachineProfile.GicV2));
}

/// <summary>Interrupts are turned off and on by the kernel's own macros, on a GICv3 with pseudo-NMIs.</summary>
[Scenario("Interrupts are turned off and on by the kernel's own macros, on a GICv3 with pseudo-NMIs.")]
public sealed class SectionByOwnMacrosOnGicV3 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => SectionByOwnMacrosScenario.Build(machine.Profile(MachineProfile.GicV3PseudoNmi));
}

/// <summary>The same program on both.</summary>
internal static class SectionByOwnMacrosScenario
{
    public static void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "task", () =>
        {
            Irqflags.Disable();
            SavedMask nested = Irqflags.Save();
            Irqflags.Restore(nested);
            Irqflags.Enable();
            SavedMask outer = Irqflags.Save();
            Irqflags.Restore(outer);
            Irqflags.DisableRaw();
            Irqflags.Enable();
        });
    }
}
