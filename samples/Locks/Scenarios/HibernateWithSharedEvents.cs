using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>The machine hibernates with a shared SDEI event registered.</summary>
[Scenario("The machine hibernates with a shared SDEI event registered.")]
public sealed class HibernateWithSharedEvents : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var events = new SdeiEvents();

        machine.Cpus(1);
        machine.Task(0, "hibernate", events.Freeze);
    }
}
