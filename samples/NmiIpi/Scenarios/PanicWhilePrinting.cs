using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>CPU 0 panics while CPU 1 prints.</summary>
[Scenario("CPU 0 panics while CPU 1 prints.")]
public sealed class PanicWhilePrinting : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var stop = new CpuStop();
        var ipi = new SmpIpi(new NmiBacktrace(), stop);

        machine.Cpus(2);
        machine.Boot(() => ipi.SetSmpIpiRange(new IntId(0)));
        machine.Task(0, "panic", () => stop.Panic("out of ideas"));
        machine.Task(1, "printer", () => Printk.Direct("eth0: link up"));
    }
}
