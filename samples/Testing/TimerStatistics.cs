using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Testing;

/// <summary>Counts timer interrupts, and hands the count over to a thread that collects it.</summary>
/// <param name="masks">Whether the thread keeps the interrupt out while it collects. False is the mistake that the tests find.</param>
public sealed class TimerStatistics(bool masks)
{
    /// <summary>The timer's interrupt.</summary>
    public static readonly IntId Timer = IntId.Ppi(11);

    private readonly Shared<int> _ticks = new(0);

    /// <summary>How often the handler ran.</summary>
    public int Handled { get; private set; }

    /// <summary>What the thread has collected.</summary>
    public int Collected { get; private set; }

    /// <summary>What is not collected yet.</summary>
    public int Waiting => _ticks.Peek;

    /// <summary>An initcall.</summary>
    public void Probe()
    {
        if (Irq.RequestPercpuIrq(Timer, Tick, "timer") == Errno.Ok)
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(Timer);
            }
        }
    }

    /// <summary>Takes what was counted so far.</summary>
    public void Collect()
    {
        if (masks)
        {
            IrqFlags flags = LocalIrq.Save();
            Take();
            LocalIrq.Restore(flags);
        }
        else
        {
            Take();
        }
    }

    private void Take()
    {
        Collected += _ticks.Read();
        _ticks.Write(0);
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn Tick(IntId irq)
    {
        _ticks.Write(_ticks.Read() + 1);
        Handled++;
        return IrqReturn.Handled;
    }
}
