using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>A CPU suspends and comes back, on a GICv2.</summary>
[Scenario("A CPU suspends and comes back, on a GICv2.")]
public sealed class SuspendAndResumeOnGicV2 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => SuspendAndResumeScenario.Build(machine.Profile(MachineProfile.GicV2));
}

/// <summary>A CPU suspends and comes back, on a GICv3 with pseudo-NMIs.</summary>
[Scenario("A CPU suspends and comes back, on a GICv3 with pseudo-NMIs.")]
public sealed class SuspendAndResumeOnGicV3 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => SuspendAndResumeScenario.Build(machine.Profile(MachineProfile.GicV3PseudoNmi));
}

/// <summary>The same program on both.</summary>
internal static class SuspendAndResumeScenario
{
    public static void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "suspend", CpuSuspend.Suspend);
    }
}
