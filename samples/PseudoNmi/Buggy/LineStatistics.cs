using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>Counts interrupts of a line that may be an NMI.</summary>
public sealed class LineStatistics
{
    /// <summary>The line.</summary>
    public static readonly IntId Line = IntId.Ppi(7);

    private readonly Shared<int> total = new(0);

    /// <summary>Requests it as an NMI.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuNmi(Line, OnNmi, "pmu") != Errno.Ok)
        {
            return;
        }

        using (Preemption.Off())
        {
            if (Irq.PreparePercpuNmi(Line) == Errno.Ok)
            {
                Irq.EnablePercpuNmi(Line);
            }
        }
    }

    /// <summary>Takes one back that was none.</summary>
    [RunsIn(Context.Task)]
    public void TakeBack()
    {
        IrqFlags flags = LocalIrq.Save();
        total.Add(-1);
        LocalIrq.Restore(flags);
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnNmi(IntId irq)
    {
        total.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
