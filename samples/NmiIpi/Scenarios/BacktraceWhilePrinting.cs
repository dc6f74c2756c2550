using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>A backtrace of CPU 1 is asked for while CPU 1 prints.</summary>
[Scenario("A backtrace of CPU 1 is asked for while CPU 1 prints.")]
public sealed class BacktraceWhilePrinting : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var backtrace = new NmiBacktrace();
        var ipi = new SmpIpi(backtrace, new CpuStop());

        machine.Cpus(2);
        machine.Boot(() => ipi.SetSmpIpiRange(new IntId(0)));
        machine.Task(0, "sysrq-l", () => backtrace.Trigger(CpuMask.Of(new CpuId(1))));
        machine.Task(1, "printer", () => Printk.Direct("eth0: link up"));
    }
}
