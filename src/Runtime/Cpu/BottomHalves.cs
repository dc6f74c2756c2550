using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>Softirqs on this CPU (<c>local_bh_*</c>). Calls nest; while they are off, preemption is too. Source: Linux <c>kernel/softirq.c</c>.</summary>
public static class BottomHalves
{
    internal const Context InterruptsAndNmis = Context.HardIrq | Context.Fiq | Context.AnyNmi;
    internal const string CountsForTheTask = "counts for the code that is interrupted";

    private static readonly Operation s_disable = Operation.Of(typeof(BottomHalves), nameof(Disable));
    private static readonly Operation s_enable = Operation.Of(typeof(BottomHalves), nameof(Enable));
    private static readonly Operation s_off = Operation.Of(typeof(BottomHalves), nameof(Off));
    private static readonly Operation s_dispose = Operation.Of(typeof(BhOffGuard), nameof(BhOffGuard.Dispose));

    /// <summary><c>local_bh_disable</c>.</summary>
    [ForbiddenIn(InterruptsAndNmis, Because = CountsForTheTask)]
    [SetsMask(Mask.SoftIrq, true)]
    public static void Disable() => Count(s_disable.Begin(), 1);

    /// <summary><c>local_bh_enable</c>: the outermost call lets softirqs run again. Illegal with interrupts masked, because it runs those that are pending.</summary>
    [ForbiddenIn(InterruptsAndNmis, Because = CountsForTheTask)]
    [RequiresUnmasked(Mask.Irq)]
    [SetsMask(Mask.SoftIrq, false)]
    public static void Enable() => Count(s_enable.Begin(), -1);

    /// <summary>Softirqs off until the guard is disposed.</summary>
    [ForbiddenIn(InterruptsAndNmis, Because = CountsForTheTask)]
    [SetsMask(Mask.SoftIrq, true)]
    [return: Guard(Restores = Mask.SoftIrq)]
    public static BhOffGuard Off()
    {
        Count(s_off.Begin(), 1);
        return new BhOffGuard(active: true);
    }

    internal static void End() => Count(s_dispose.Begin(), -1);

    internal static void Count(Cpu cpu, int by)
    {
        TaskContext state = cpu.State;
        PreemptCount count = state.PreemptCount;
        if (count.SoftIrq + by < 0)
        {
            cpu.Machine.Execution.Fail("softirq count underflow: softirqs were enabled more often than disabled");
        }

        state.PreemptCount = count with { SoftIrq = count.SoftIrq + by };
        cpu.MaskChanged();
    }
}

/// <summary>Softirqs are off while it lives. The default value is inert.</summary>
public ref struct BhOffGuard
{
    private bool _active;

    internal BhOffGuard(bool active) => _active = active;

    /// <summary>Softirqs are as before.</summary>
    [RequiresUnmasked(Mask.Irq)]
    [Disposes]
    public void Dispose()
    {
        if (_active)
        {
            _active = false;
            BottomHalves.End();
        }
    }
}
