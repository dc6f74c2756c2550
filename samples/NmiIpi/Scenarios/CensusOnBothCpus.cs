using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>Both CPUs take a census at the same time.</summary>
[Scenario("Both CPUs take a census at the same time.")]
public sealed class CensusOnBothCpus : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var ipi = new SmpIpi(new NmiBacktrace(), new CpuStop());
        var interrupts = new CpuCensus("interrupts");
        var softirqs = new CpuCensus("softirqs");

        machine.Cpus(2);
        machine.Boot(() => ipi.SetSmpIpiRange(new IntId(0)));
        machine.Task(0, "census-0", () => interrupts.Take());
        machine.Task(1, "census-1", () => softirqs.Take());
    }
}
