using System;

namespace IrqSafety.Runtime;

/// <summary>What a handler did (<c>irqreturn_t</c>).</summary>
public enum IrqReturn
{
    /// <summary>The interrupt was not from this device.</summary>
    None = 0,

    /// <summary>Handled.</summary>
    Handled = 1,

    /// <summary>Handled as far as possible here; the handler's thread does the rest.</summary>
    WakeThread = 2,
}

/// <summary>Flags of interrupt requests (<c>IRQF_*</c>). Source: Linux <c>include/linux/interrupt.h</c>.</summary>
[Flags]
public enum IrqRequestFlags
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>IRQF_SHARED</c>: several devices use the line.</summary>
    Shared = 1 << 7,

    /// <summary><c>IRQF_PERCPU</c>: the interrupt is bound to one CPU.</summary>
    PerCpu = 1 << 10,

    /// <summary><c>IRQF_NOBALANCING</c>: the interrupt stays on its CPU.</summary>
    NoBalancing = 1 << 11,

    /// <summary><c>IRQF_IRQPOLL</c>: used to poll misrouted interrupts.</summary>
    IrqPoll = 1 << 12,

    /// <summary><c>IRQF_ONESHOT</c>: masked until the thread has run.</summary>
    OneShot = 1 << 13,

    /// <summary><c>IRQF_NO_SUSPEND</c>: stays enabled in suspend.</summary>
    NoSuspend = 1 << 14,

    /// <summary><c>IRQF_NO_THREAD</c>: never threaded.</summary>
    NoThread = 1 << 16,

    /// <summary><c>IRQF_COND_SUSPEND</c>: shared with a line that is not suspended.</summary>
    CondSuspend = 1 << 18,

    /// <summary><c>IRQF_NO_AUTOEN</c>: not enabled by the request.</summary>
    NoAutoEnable = 1 << 19,
}

/// <summary>
/// An interrupt handler (<c>irq_handler_t</c>). In which context it runs is decided where it is registered: the parameter it is passed for says so,
/// and the handler's own contract must agree.
/// </summary>
/// <param name="irq">The interrupt.</param>
public delegate IrqReturn IrqHandler(IntId irq);
