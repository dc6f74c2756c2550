using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace Locks;

/// <summary>Counts the errors that an interrupt reports, in a plain field that the reader resets.</summary>
public sealed class ErrorCounters
{
    /// <summary>The line of the error collector.</summary>
    public static readonly IntId Errors = IntId.Ppi(12);

    private int corrected;

    /// <summary>Requests the line.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuIrq(Errors, Count, "edac") == Errno.Ok)
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(Errors);
            }
        }
    }

    /// <summary>A read of the counter resets it.</summary>
    [RunsIn(Context.Task)]
    public int Take()
    {
        int taken = corrected;
        corrected = 0;
        return taken;
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn Count(IntId irq)
    {
        corrected++;
        return IrqReturn.Handled;
    }
}
