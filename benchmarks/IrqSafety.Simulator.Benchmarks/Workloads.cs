using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>A task that masks interrupts around an update, and two latched sources whose handlers count.</summary>
[Scenario("One CPU, two latched sources, mask and unmask")]
public sealed class TwoLatchedSources : IScenario
{
    private static readonly IntId s_timer = IntId.Ppi(3);
    private static readonly IntId s_device = IntId.Ppi(4);
    private readonly Shared<int> _count = new(0, "count");

    /// <inheritdoc/>
    public void Build(MachineBuilder b)
    {
        System.ArgumentNullException.ThrowIfNull(b);
        b.Cpus(1)
            .Boot(() =>
            {
                Irq.RequestPercpuIrq(s_timer, OnInterrupt, "timer");
                Irq.RequestPercpuIrq(s_device, OnInterrupt, "device");
                Preemption.Disable();
                Irq.EnablePercpuIrq(s_timer);
                Irq.EnablePercpuIrq(s_device);
                Preemption.Enable();
            })
            .Task(0, "task", () =>
            {
                LocalIrq.Disable();
                _count.WriteOnce(_count.ReadOnce() + 1);
                LocalIrq.Enable();
            })
            .Source("timer", s_timer, 0)
            .Source("device", s_device, 0);
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn OnInterrupt(IntId irq)
    {
        _count.WriteOnce(_count.ReadOnce() + 1);
        return IrqReturn.Handled;
    }
}

/// <summary>Two tasks of 25 points each, on CPUs of their own.</summary>
[Scenario("Two CPUs, 25 points each")]
public sealed class TwoCpus : IScenario
{
    private readonly Shared<int> _left = new(0, "left");
    private readonly Shared<int> _right = new(0, "right");

    /// <inheritdoc/>
    public void Build(MachineBuilder b)
    {
        System.ArgumentNullException.ThrowIfNull(b);
        b.Cpus(2).Task(0, "left", () => Work(_left)).Task(1, "right", () => Work(_right));
    }

    private static void Work(Shared<int> cell)
    {
        for (int point = 0; point < 25; point++)
        {
            cell.WriteOnce(point);
        }
    }
}
