using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>A callback of an interrupt controller's driver. It runs under the descriptor's raw lock with interrupts off: it may take raw locks, and neither sleep nor unmask.</summary>
/// <param name="irq">The interrupt.</param>
[RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
[RequiresMasked(Mask.Irq)]
public delegate void IrqChipCallback(IntId irq);

/// <summary>A callback that changes how an interrupt signals. As <see cref="IrqChipCallback"/>.</summary>
/// <param name="irq">The interrupt.</param>
/// <param name="trigger">How the line signals.</param>
[RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
[RequiresMasked(Mask.Irq)]
public delegate Errno IrqChipSetType(IntId irq, Trigger trigger);

/// <summary>A callback that routes an interrupt. As <see cref="IrqChipCallback"/>.</summary>
/// <param name="irq">The interrupt.</param>
/// <param name="target">The CPU it goes to.</param>
[RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
[RequiresMasked(Mask.Irq)]
public delegate Errno IrqChipSetAffinity(IntId irq, CpuId target);

/// <summary>A callback that makes an interrupt pending again. As <see cref="IrqChipCallback"/>.</summary>
/// <param name="irq">The interrupt.</param>
/// <returns>False when the hardware cannot, and the core does it by software.</returns>
[RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
[RequiresMasked(Mask.Irq)]
public delegate bool IrqChipRetrigger(IntId irq);

/// <summary>
/// A controller between a device and the GIC (<c>struct irq_chip</c> of a domain whose parent is the GIC). Its callbacks come before those of the GIC; what is null
/// is left to the GIC alone. Lines behind one cannot be NMIs: NMI flow handlers run without the descriptor's lock. Source: Linux <c>include/linux/irq.h</c>.
/// </summary>
/// <param name="name">Its name.</param>
public sealed class IrqChip(string name)
{
    /// <summary>Its name.</summary>
    public string Name { get; } = name;

    /// <summary><c>irq_mask</c>.</summary>
    public IrqChipCallback? Mask { get; init; }

    /// <summary><c>irq_unmask</c>.</summary>
    public IrqChipCallback? Unmask { get; init; }

    /// <summary><c>irq_eoi</c>.</summary>
    public IrqChipCallback? Eoi { get; init; }

    /// <summary><c>irq_set_type</c>.</summary>
    public IrqChipSetType? SetType { get; init; }

    /// <summary><c>irq_set_affinity</c>.</summary>
    public IrqChipSetAffinity? SetAffinity { get; init; }

    /// <summary><c>irq_retrigger</c>.</summary>
    public IrqChipRetrigger? Retrigger { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
