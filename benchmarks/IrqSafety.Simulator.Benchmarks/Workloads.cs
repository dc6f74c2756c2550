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

/// <summary>
/// What the simulator does for <see cref="TwoLatchedSources"/>, written out: points at which a pending source is taken as a nested call, a mask, a GIC
/// reduced to pending bits and an active one.
/// </summary>
internal sealed class HandWrittenProgram
{
    private readonly bool[] _pending = new bool[2];
    private readonly int[] _left = new int[2];
    private int _step;
    private int _active;
    private bool _masked;
    private int _count;

    public void Execute()
    {
        (_masked, _active, _count) = (false, -1, 0);
        for (int source = 0; source < 2; source++)
        {
            (_pending[source], _left[source]) = (false, 1);
        }

        Point();
        _masked = true;
        Point();
        int read = _count;
        Point();
        _count = read + 1;
        Point();
        _masked = false;
        Point();
    }

    private void Point()
    {
        _step++;
        for (int source = 0; source < 2; source++)
        {
            if (_left[source] > 0 && _step % 4 == 0)
            {
                _left[source]--;
                _pending[source] = true;
            }

            if (_pending[source] && !_masked && _active < 0)
            {
                Take(source);
            }
        }
    }

    private void Take(int source)
    {
        (_active, _pending[source]) = (source, false);
        bool masked = _masked;
        _masked = true;
        Point();
        int read = _count;
        Point();
        _count = read + 1;
        (_active, _masked) = (-1, masked);
    }
}
