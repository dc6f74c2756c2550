using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>Preemption by the scheduler on this CPU. Calls nest. Source: Linux <c>include/linux/preempt.h</c>.</summary>
public static class Preemption
{
    private static readonly Operation s_disable = Operation.Of(typeof(Preemption), nameof(Disable));
    private static readonly Operation s_enable = Operation.Of(typeof(Preemption), nameof(Enable));
    private static readonly Operation s_off = Operation.Of(typeof(Preemption), nameof(Off));
    private static readonly Operation s_getCpu = Operation.Of(typeof(Preemption), nameof(GetCpu));
    private static readonly Operation s_putCpu = Operation.Of(typeof(Preemption), nameof(PutCpu));
    private static readonly Operation s_dispose = Operation.Of(typeof(PreemptOffGuard), nameof(PreemptOffGuard.Dispose));

    /// <summary><c>preempt_disable()</c>: the task stays on this CPU and must not sleep.</summary>
    [NmiSafe]
    [SetsMask(Mask.Preemption, true)]
    public static void Disable() => Count(s_disable.Begin(), 1);

    /// <summary><c>preempt_enable()</c>: the outermost call lets the scheduler preempt again.</summary>
    [NmiSafe]
    [SetsMask(Mask.Preemption, false)]
    public static void Enable() => Count(s_enable.Begin(), -1);

    /// <summary>Preemption off until the guard is disposed.</summary>
    [NmiSafe]
    [SetsMask(Mask.Preemption, true)]
    [return: Guard(Restores = Mask.Preemption)]
    public static PreemptOffGuard Off()
    {
        Count(s_off.Begin(), 1);
        return new PreemptOffGuard(active: true);
    }

    /// <summary><c>get_cpu()</c>: the CPU's number, which stays true until <see cref="PutCpu"/>.</summary>
    [NmiSafe]
    [SetsMask(Mask.Preemption, true)]
    public static CpuId GetCpu()
    {
        Cpu cpu = s_getCpu.Begin();
        Count(cpu, 1);
        return cpu.Id;
    }

    /// <summary><c>put_cpu()</c>.</summary>
    [NmiSafe]
    [SetsMask(Mask.Preemption, false)]
    public static void PutCpu() => Count(s_putCpu.Begin(), -1);

    internal static void End() => Count(s_dispose.Begin(), -1);

    internal static void Count(Cpu cpu, int by)
    {
        TaskContext state = cpu.State;
        PreemptCount count = state.PreemptCount;
        if (count.Preempt + by < 0)
        {
            cpu.Machine.Execution.Fail("preempt_count underflow: preemption was enabled more often than disabled");
        }

        state.PreemptCount = count with { Preempt = count.Preempt + by };
        cpu.MaskChanged();
    }
}

/// <summary>Preemption is off while it lives. The default value is inert.</summary>
public ref struct PreemptOffGuard
{
    private bool _active;

    internal PreemptOffGuard(bool active) => _active = active;

    /// <summary>Preemption is as before.</summary>
    [NmiSafe]
    [Disposes]
    public void Dispose()
    {
        if (_active)
        {
            _active = false;
            Preemption.End();
        }
    }
}
