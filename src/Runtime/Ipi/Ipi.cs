namespace IrqSafety.Runtime;

/// <summary>The inter-processor interrupts of arm64 (<c>enum ipi_msg_type</c>). Source: Linux <c>arch/arm64/kernel/smp.c</c>, 6.12.</summary>
public enum Ipi
{
    /// <summary>The scheduler of the target has something to do.</summary>
    Reschedule,

    /// <summary>Functions wait to be called (<c>smp_call_function</c>).</summary>
    CallFunc,

    /// <summary>Stop, at the next point where interrupts are on.</summary>
    CpuStop,

    /// <summary>Stop, wherever the CPU is.</summary>
    CpuStopNmi,

    /// <summary>Broadcast timer tick.</summary>
    Timer,

    /// <summary>irq_work is queued on this CPU.</summary>
    IrqWork,

    /// <summary>Print a backtrace.</summary>
    CpuBacktrace,

    /// <summary>Enter the kernel debugger.</summary>
    KgdbRoundup,
}
