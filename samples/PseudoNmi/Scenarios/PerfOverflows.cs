using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>The PMU overflows, and its CPU goes and comes back, on a GICv2.</summary>
[Scenario("The PMU overflows, and its CPU goes and comes back, on a GICv2.")]
public sealed class PerfOverflowsOnGicV2 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => PerfOverflowsScenario.Build(machine.Profile(MachineProfile.GicV2));
}

/// <summary>The PMU overflows, and its CPU goes and comes back, on a GICv3 with pseudo-NMIs.</summary>
[Scenario("The PMU overflows, and its CPU goes and comes back, on a GICv3 with pseudo-NMIs.")]
public sealed class PerfOverflowsOnGicV3 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => PerfOverflowsScenario.Build(machine.Profile(MachineProfile.GicV3PseudoNmi));
}

/// <summary>The same program on both.</summary>
internal static class PerfOverflowsScenario
{
    public static void Build(MachineBuilder machine)
    {
        var perf = new PerfEvents();

        machine.Cpus(2);
        machine.Boot(() => perf.Start());
        machine.Source("pmu", PerfEvents.Pmu, cpu: 1);
        machine.Hotplug(1);
    }
}
