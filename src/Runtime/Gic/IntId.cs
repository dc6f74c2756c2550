using System;
using System.Globalization;

namespace IrqSafety.Runtime;

/// <summary>An interrupt number of the GIC. Source: Arm IHI 0069, "INTIDs".</summary>
/// <param name="Value">The number.</param>
public readonly record struct IntId(int Value)
{
    /// <summary>1023: there is no pending interrupt to acknowledge.</summary>
    public static IntId Spurious => new(1023);

    /// <summary>Software generated, 0 to 15: private to a CPU.</summary>
    public bool IsSgi => Value is >= 0 and <= 15;

    /// <summary>Private peripheral, 16 to 31.</summary>
    public bool IsPpi => Value is >= 16 and <= 31;

    /// <summary>Shared peripheral, 32 to 1019.</summary>
    public bool IsSpi => Value is >= 32 and <= 1019;

    /// <summary>1020 to 1023: never handled and never ended.</summary>
    public bool IsSpecial => Value is >= 1020 and <= 1023;

    /// <summary>Each CPU has its own line of this number.</summary>
    public bool IsPrivate => IsSgi || IsPpi;

    /// <summary>SGI 0 to 15.</summary>
    public static IntId Sgi(int number) => number is >= 0 and <= 15 ? new(number) : throw new ArgumentOutOfRangeException(nameof(number), number, "an SGI is 0 to 15");

    /// <summary>PPI 0 to 15, which is INTID 16 to 31.</summary>
    public static IntId Ppi(int number) => number is >= 0 and <= 15 ? new(number + 16) : throw new ArgumentOutOfRangeException(nameof(number), number, "a PPI is 0 to 15");

    /// <summary>SPI 0 to 987, which is INTID 32 to 1019.</summary>
    public static IntId Spi(int number) => number is >= 0 and <= 987 ? new(number + 32) : throw new ArgumentOutOfRangeException(nameof(number), number, "an SPI is 0 to 987");

    /// <summary>The INTID this many further.</summary>
    public static IntId operator +(IntId first, int offset) => new(first.Value + offset);

    /// <summary>How many INTIDs lie between the two.</summary>
    public static int operator -(IntId last, IntId first) => last.Value - first.Value;

    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        >= 0 and <= 15 => string.Create(CultureInfo.InvariantCulture, $"SGI{Value}"),
        >= 16 and <= 31 => string.Create(CultureInfo.InvariantCulture, $"PPI{Value - 16}"),
        >= 32 and <= 1019 => string.Create(CultureInfo.InvariantCulture, $"SPI{Value - 32}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"INTID{Value}"),
    };
}
