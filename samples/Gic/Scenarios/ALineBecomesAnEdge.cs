using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace GicDriver.Scenarios;

/// <summary>A driver asks for an edge.</summary>
[Scenario("A driver asks for an edge.")]
public sealed class ALineBecomesAnEdge : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        machine.Cpus(1);
        machine.Task(0, "task", () =>
        {
            LocalIrq.Disable();
            LineType.MakeEdge(IntId.Spi(5));
            LocalIrq.Enable();
        });
    }
}
