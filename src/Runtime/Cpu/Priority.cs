using System.Globalization;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// A GIC priority: lower is more urgent. The kernel's values are those of Linux 6.10 and later (<c>arm-gic-v3-prio.h</c>).
/// </summary>
/// <param name="Value">0x00 to 0xff.</param>
public readonly record struct Priority(byte Value)
{
    /// <summary>Priority of pseudo-NMIs (<c>GICV3_PRIO_NMI</c>).</summary>
    [HasValue(0x80)]
    public static Priority Nmi => new(0x80);

    /// <summary>Priority of ordinary interrupts (<c>GICV3_PRIO_IRQ</c>).</summary>
    [HasValue(0xc0)]
    public static Priority Irq => new(0xc0);

    /// <summary>The running priority of a CPU that handles no interrupt.</summary>
    [HasValue(0xff)]
    public static Priority Idle => new(0xff);

    /// <summary>With the bits only that this GIC implements: the upper five.</summary>
    public Priority Implemented() => new((byte)(Value & 0xf8));

    /// <summary>True when this preempts <paramref name="other"/>.</summary>
    public bool IsMoreUrgentThan(Priority other) => Value < other.Value;

    /// <summary>What Non-secure software must write to a distributor that shifts its view, so that the stored priority is this one.</summary>
    public Priority ToNonSecureView() => new((byte)(Value << 1));

    /// <summary>The priority that a Non-secure write of this value stores.</summary>
    public Priority FromNonSecureView() => new((byte)(0x80 | (Value >> 1)));

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:x2}");
}
