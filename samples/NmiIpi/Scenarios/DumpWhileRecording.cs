using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>CPU 0 crashes while CPU 1 waits for its device with interrupts off.</summary>
[Scenario("CPU 0 crashes while CPU 1 waits for its device with interrupts off.")]
public sealed class DumpWhileRecording : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var dump = new CrashDump();
        var ipi = new SmpIpi(new NmiBacktrace(), new CpuStop());

        machine.Cpus(2);
        machine.Boot(() => ipi.SetSmpIpiRange(new IntId(0)));
        machine.Task(0, "die", dump.Dump);
        machine.Task(1, "driver", dump.Record);
    }
}
