using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>CPU 1 is taken down and brought up again.</summary>
[Scenario("CPU 1 is taken down and brought up again.")]
public sealed class CpuGoesAwayAndComesBack : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var ipi = new SmpIpi(new NmiBacktrace(), new CpuStop());

        machine.Cpus(2);
        machine.Boot(() => ipi.SetSmpIpiRange(new IntId(0)));
        machine.Hotplug(1);
    }
}
