using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace PseudoNmi.Scenarios;

/// <summary>The PMU overflows while the machine goes down, on a GICv2.</summary>
[Scenario("The PMU overflows while the machine goes down, on a GICv2.")]
public sealed class OverflowWhileGoingDownOnGicV2 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => OverflowWhileGoingDownScenario.Build(machine.Profile(MachineProfile.GicV2));
}

/// <summary>The PMU overflows while the machine goes down, on a GICv3 with pseudo-NMIs.</summary>
[Scenario("The PMU overflows while the machine goes down, on a GICv3 with pseudo-NMIs.")]
public sealed class OverflowWhileGoingDownOnGicV3 : IScenario
{
    /// <inheritdoc/>
    public void Build(MachineBuilder machine) => OverflowWhileGoingDownScenario.Build(machine.Profile(MachineProfile.GicV3PseudoNmi));
}

/// <summary>The same program on both.</summary>
internal static class OverflowWhileGoingDownScenario
{
    private static readonly IntId s_pmu = IntId.Ppi(7);

    public static void Build(MachineBuilder machine)
    {
        var entry = new EntryPath();

        machine.Cpus(1);
        machine.Boot(() =>
        {
            entry.Init();
            Request();
        });
        machine.Source("pmu", s_pmu, cpu: 0);
        machine.Task(0, "reboot", () =>
        {
            entry.GoDown();
            Processor.Relax();
        });
    }

    private static void Request()
    {
        bool isNmi = Irq.RequestPercpuNmi(s_pmu, OnOverflow, "pmu") == Errno.Ok;
        if (!isNmi && Irq.RequestPercpuIrq(s_pmu, OnOverflow, "pmu") != Errno.Ok)
        {
            return;
        }

        using (Preemption.Off())
        {
            if (!isNmi)
            {
                Irq.EnablePercpuIrq(s_pmu);
            }
            else if (Irq.PreparePercpuNmi(s_pmu) == Errno.Ok)
            {
                Irq.EnablePercpuNmi(s_pmu);
            }
        }
    }

    [RunsIn(Context.PseudoNmi | Context.HardIrq)]
    private static IrqReturn OnOverflow(IntId irq) => IrqReturn.Handled;
}
