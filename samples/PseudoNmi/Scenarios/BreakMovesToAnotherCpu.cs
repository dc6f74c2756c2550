using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>The debug UART is opened on a CPU that goes away, on a GICv2.</summary>
[Scenario("The debug UART is opened on a CPU that goes away, on a GICv2.")]
public sealed class BreakMovesToAnotherCpuOnGicV2 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => BreakMovesToAnotherCpuScenario.Build(machine.Profile(MachineProfile.GicV2));
}

/// <summary>The debug UART is opened on a CPU that goes away, on a GICv3 with pseudo-NMIs.</summary>
[Scenario("The debug UART is opened on a CPU that goes away, on a GICv3 with pseudo-NMIs.")]
public sealed class BreakMovesToAnotherCpuOnGicV3 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => BreakMovesToAnotherCpuScenario.Build(machine.Profile(MachineProfile.GicV3PseudoNmi));
}

/// <summary>The same program on both.</summary>
internal static class BreakMovesToAnotherCpuScenario
{
    public static void Build(MachineBuilder machine)
    {
        var uart = new DebugUart();
        Machine? built = null;

        machine.Cpus(2);
        machine.Boot(booted =>
        {
            built = booted;
            uart.Register();
        });
        machine.Task(0, "console", () => uart.Open(new CpuId(1)));
        machine.Hotplug(1, upAgain: false);
        machine.Source("break", DebugUart.Line, cpu: 1);
        machine.AtEnd("breaks go to a CPU that is there", () => built!.OnlineCpus.Contains(built.Gic.Distributor[DebugUart.Line].Target));
    }
}
