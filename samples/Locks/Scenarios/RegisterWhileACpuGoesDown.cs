using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace Locks.Scenarios;

/// <summary>An event is registered while a CPU goes down.</summary>
[Scenario("An event is registered while a CPU goes down.")]
public sealed class RegisterWhileACpuGoesDown : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var sdei = new SdeiHotplug();

        machine.Cpus(3);
        machine.Task(0, "driver", sdei.Register);
        machine.Task(1, "sysfs", () => CpuHotplug.TakeDown(new CpuId(2)));
    }
}
