using System;

namespace IrqSafety.Contracts;

/// <summary>What can be held off on a CPU, and by what.</summary>
[Flags]
public enum Mask
{
    /// <summary>Nothing is masked.</summary>
    None = 0,

    /// <summary>Preemption by the scheduler.</summary>
    Preemption = 1 << 0,

    /// <summary>Softirqs.</summary>
    SoftIrq = 1 << 1,

    /// <summary>Ordinary interrupts, as <c>local_irq_disable</c> masks them (by PMR when priority masking is in use): NMIs still arrive.</summary>
    Irq = 1 << 2,

    /// <summary>Interrupts and pseudo-NMIs, by PSTATE.I and F (<c>local_daif_mask</c>).</summary>
    Daif = 1 << 3,

    /// <summary>Pseudo-NMIs too, by a priority mask at their priority or below it.</summary>
    Nmi = 1 << 4,
}
