using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A command is sent to an ITS.</summary>
[Scenario("A command is sent to an ITS.")]
public sealed class SendACommand : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var its = new ItsCommands();

        machine.Cpus(1);
        machine.Task(0, "driver", its.Send);
    }
}
