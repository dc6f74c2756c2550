using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>Keeps interrupts out by the priority mask for as long as somebody else wants.</summary>
public sealed class QuietSection
{
    /// <summary>The watchdog's line.</summary>
    public static readonly IntId Watchdog = IntId.Ppi(7);

    private readonly Shared<int> barks = new(0);

    /// <summary>Requests the watchdog as an NMI.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuNmi(Watchdog, OnWatchdog, "watchdog") != Errno.Ok)
        {
            return;
        }

        using (Preemption.Off())
        {
            if (Irq.PreparePercpuNmi(Watchdog) == Errno.Ok)
            {
                Irq.EnablePercpuNmi(Watchdog);
            }
        }
    }

    /// <summary>Masks, and waits for what never comes: only the watchdog could tell.</summary>
    [RunsIn(Context.Task)]
    public void Hang()
    {
        Icc.WritePmr(Pmr.IrqOn);
        Processor.Wfi();
    }

    [RunsIn(Context.PseudoNmi)]
    private IrqReturn OnWatchdog(IntId irq)
    {
        barks.FetchAdd(1);
        return IrqReturn.Handled;
    }
}
