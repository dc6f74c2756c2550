using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>An NMI is counted while another is taken back.</summary>
[Scenario("An NMI is counted while another is taken back.")]
public sealed class CountAnNmi : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var statistics = new LineStatistics();

        machine.Cpus(1);
        machine.Boot(statistics.Probe);
        machine.Source("pmu", LineStatistics.Line, cpu: 0);
        machine.Task(0, "task", statistics.TakeBack);
    }
}
