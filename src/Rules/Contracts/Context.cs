using System;

namespace IrqSafety.Contracts;

/// <summary>
/// The execution contexts of an arm64 kernel, as a set. What may preempt what on one CPU is not an order of these values
/// but the matrix in <see cref="Rules.PreemptionMatrix"/>.
/// </summary>
/// <remarks>Source: Linux <c>include/linux/preempt.h</c>, <c>arch/arm64/kernel/entry-common.c</c>; Arm DEN0054 (SDEI) for the two SDEI levels.</remarks>
[Flags]
public enum Context
{
    /// <summary>No context.</summary>
    None = 0,

    /// <summary>Process context: may sleep unless preemption or interrupts are off.</summary>
    Task = 1 << 0,

    /// <summary>Softirq or tasklet.</summary>
    SoftIrq = 1 << 1,

    /// <summary>Ordinary interrupt handler, entered with interrupts masked.</summary>
    HardIrq = 1 << 2,

    /// <summary>FIQ handler on machines that route interrupts as FIQ.</summary>
    Fiq = 1 << 3,

    /// <summary>Interrupt with a priority above the one that <c>local_irq_disable</c> masks (PMR).</summary>
    PseudoNmi = 1 << 4,

    /// <summary>Architectural NMI (FEAT_NMI, GICv3.3 superpriority).</summary>
    Nmi = 1 << 5,

    /// <summary>System error handler.</summary>
    SError = 1 << 6,

    /// <summary>Synchronous exception from the kernel: external abort, debug exception.</summary>
    SyncException = 1 << 7,

    /// <summary>Handler of an SDEI event of normal priority.</summary>
    SdeiNormal = 1 << 8,

    /// <summary>Handler of an SDEI event of critical priority.</summary>
    SdeiCritical = 1 << 9,

    /// <summary>The contexts in which <c>in_nmi()</c> holds: they arrive where ordinary interrupts are masked.</summary>
    AnyNmi = PseudoNmi | Nmi | SError | SyncException | SdeiNormal | SdeiCritical,

    /// <summary>Every interrupt-like context, NMI or not.</summary>
    AnyInterrupt = SoftIrq | HardIrq | Fiq | AnyNmi,

    /// <summary>Every context.</summary>
    Any = Task | AnyInterrupt,
}
