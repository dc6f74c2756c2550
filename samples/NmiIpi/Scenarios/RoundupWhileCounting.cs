using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace NmiIpi.Scenarios;

/// <summary>kgdb rounds up CPU 1 while CPU 1 looks at the list of slaves.</summary>
[Scenario("kgdb rounds up CPU 1 while CPU 1 looks at the list of slaves.")]
public sealed class RoundupWhileCounting : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine)
    {
        var ipi = new SmpIpi(new NmiBacktrace(), new CpuStop());

        machine.Cpus(2);
        KgdbRoundup? kgdb = null;
        machine.Boot(() =>
        {
            ipi.SetSmpIpiRange(new IntId(0));
            kgdb = new KgdbRoundup(Smp.IpiLine(Ipi.KgdbRoundup));
            kgdb.Register();
        });
        machine.Task(0, "kdb", () => kgdb!.Roundup(CpuMask.Of(new CpuId(1))));
        machine.Task(1, "kdb-cpus", () => kgdb!.CountSlaves());
    }
}
