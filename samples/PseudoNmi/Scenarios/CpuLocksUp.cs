using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>A CPU works with interrupts off while the hard lockup detector looks, on a GICv2.</summary>
[Scenario("A CPU works with interrupts off while the hard lockup detector looks, on a GICv2.")]
public sealed class CpuLocksUpOnGicV2 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => CpuLocksUpScenario.Build(machine.Profile(MachineProfile.GicV2));
}

/// <summary>A CPU works with interrupts off while the hard lockup detector looks, on a GICv3 with pseudo-NMIs.</summary>
[Scenario("A CPU works with interrupts off while the hard lockup detector looks, on a GICv3 with pseudo-NMIs.")]
public sealed class CpuLocksUpOnGicV3 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => CpuLocksUpScenario.Build(machine.Profile(MachineProfile.GicV3PseudoNmi));
}

/// <summary>The same program on both.</summary>
internal static class CpuLocksUpScenario
{
    public static void Build(MachineBuilder machine)
    {
        var detector = new HardLockupDetector();

        machine.Cpus(1);
        machine.Boot(() => detector.Start());
        machine.Source("timer", HardLockupDetector.Timer, cpu: 0);
        machine.Source("pmu", HardLockupDetector.Pmu, cpu: 0, arrivals: 2);
        machine.Task(0, "worker", detector.Work);
    }
}
