using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A virtual LPI is mapped.</summary>
[Scenario("A virtual LPI is mapped.")]
public sealed class MapAVlpi : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var its = new ItsVlpiMap();

        machine.Cpus(1);
        machine.Task(0, "vfio", its.SetVcpuAffinity);
    }
}
