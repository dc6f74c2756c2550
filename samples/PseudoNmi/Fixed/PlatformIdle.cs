using IrqSafety.Contracts;
using IrqSafety.Runtime;

namespace PseudoNmi;

/// <summary>An idle state of the platform, written before pseudo-NMIs.</summary>
public sealed class PlatformIdle
{
    /// <summary>The timer's line.</summary>
    public static readonly IntId Timer = IntId.Ppi(11);

    /// <summary>Requests the timer.</summary>
    [RunsIn(Context.Task)]
    public void Probe()
    {
        if (Irq.RequestPercpuIrq(Timer, OnTimer, "timer") == Errno.Ok)
        {
            using (Preemption.Off())
            {
                Irq.EnablePercpuIrq(Timer);
            }
        }
    }

    /// <summary>Idles until the timer comes.</summary>
    [RunsIn(Context.Task)]
    public void Enter()
    {
        LocalIrq.Disable();
        Processor.WaitForInterrupt();
        LocalIrq.Enable();
    }

    [RunsIn(Context.HardIrq)]
    private IrqReturn OnTimer(IntId irq) => IrqReturn.Handled;
}
