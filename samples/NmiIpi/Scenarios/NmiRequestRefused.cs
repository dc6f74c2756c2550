using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>The interrupt controller refuses the request for one NMI.</summary>
[Scenario("The interrupt controller refuses the request for one NMI.")]
public sealed class NmiRequestRefused : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var ipi = new SmpIpi(new NmiBacktrace(), new CpuStop());

        machine.Cpus(2);
        machine.Fault("request_percpu_nmi", count: 1);
        machine.Boot(() => ipi.SetSmpIpiRange(new IntId(0)));
    }
}
