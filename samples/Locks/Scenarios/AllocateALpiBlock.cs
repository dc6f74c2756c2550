using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A block of LPIs is allocated for a device.</summary>
[Scenario("A block of LPIs is allocated for a device.")]
public sealed class AllocateALpiBlock : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var tables = new XenLpiTables();

        machine.Cpus(1);
        machine.Task(0, "physdev", tables.AllocateBlock);
    }
}
