using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>A device's buffers are pinned.</summary>
[Scenario("A device's buffers are pinned.")]
public sealed class PinTwoBuffers : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var buffers = new PinnedBuffers();

        machine.Cpus(1);
        machine.Task(0, "vfio", buffers.Pin);
    }
}
