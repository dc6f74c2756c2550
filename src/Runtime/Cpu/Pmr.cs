using System.Globalization;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>ICC_PMR_EL1, the priority mask register: an interrupt is signalled when its priority is lower than this value.</summary>
/// <param name="Value">0x00 to 0xff.</param>
public readonly record struct Pmr([FlagWord(FlagKind.Pmr)] [property: FlagWord(FlagKind.Pmr)] byte Value)
{
    private const byte PsrISetBit = 0x10;

    /// <summary>IRQs and NMIs are signalled (<c>GIC_PRIO_IRQON</c>).</summary>
    [HasValue(0xe0)]
    public static Pmr IrqOn => new(0xe0);

    /// <summary>NMIs only (<c>GIC_PRIO_IRQOFF</c>).</summary>
    [HasValue(0xc0)]
    public static Pmr IrqOff => new(0xc0);

    /// <summary>What the driver programs when PMR is not used for masking (<c>DEFAULT_PMR_VALUE</c>).</summary>
    [HasValue(0xf0)]
    public static Pmr Default => new(0xf0);

    /// <summary><see cref="IrqOn"/> with <c>GIC_PRIO_PSR_I_SET</c>: DAIF.I is the real mask, and the level here says nothing.</summary>
    [HasValue(0xf0)]
    public static Pmr IrqOnPsrISet => new((byte)(IrqOn.Value | PsrISetBit));

    /// <summary>True when bit 4, <c>GIC_PRIO_PSR_I_SET</c>, is set.</summary>
    public bool PsrISet => (Value & PsrISetBit) != 0;

    /// <summary>True when an interrupt of this priority is signalled.</summary>
    public bool Passes(Priority priority) => priority.Value < Value;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Value:x2}");
}
