using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>The interrupt arrives while it is migrated.</summary>
[Scenario("The interrupt arrives while it is migrated.")]
public sealed class InterruptWhileMigrating : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var migrate = new MigrateIrqs();

        machine.Cpus(1);
        machine.Boot(migrate.Probe);
        machine.Source("line", MigrateIrqs.Line, cpu: 0);
        machine.Task(0, "cpuhp", migrate.RestoreAffinity);
    }
}
