using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>An event is unregistered that nobody registered.</summary>
[Scenario("An event is unregistered that nobody registered.")]
public sealed class UnregisterUnknownEvent : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var firmware = new SdeiFirmware();

        machine.Cpus(1);
        machine.Task(0, "client", () => firmware.Unregister());
    }
}
