using System;
using System.Globalization;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>An interrupt number of the GIC. Source: Arm IHI 0069, 2.2 "INTIDs".</summary>
/// <param name="Value">The number.</param>
public readonly record struct IntId(int Value)
{
    internal const int FirstSpi = 32;
    internal const int SpiCount = 988;
    internal const int FirstExtendedPpi = 1056;
    internal const int ExtendedPpiCount = 64;
    internal const int FirstExtendedSpi = 4096;
    internal const int ExtendedSpiCount = 1024;
    internal const int FirstLpi = 8192;
    internal const int LpiLimit = 65536;

    /// <summary>1020: at EL3, a Secure Group 1 interrupt is pending, to be handled at Secure EL1.</summary>
    public static IntId SecureGroup1Pending => new(1020);

    /// <summary>1021: at EL3, a Non-secure Group 1 interrupt is pending, to be handled in Non-secure state.</summary>
    public static IntId NonSecurePending => new(1021);

    /// <summary>1022: what is pending has the non-maskable property, and is acknowledged by NMIAR1.</summary>
    public static IntId NmiPending => new(1022);

    /// <summary>1023: there is no pending interrupt to acknowledge.</summary>
    public static IntId Spurious => new(1023);

    /// <summary>Software generated, 0 to 15: private to a CPU.</summary>
    public bool IsSgi => Value is >= 0 and <= 15;

    /// <summary>Private peripheral, 16 to 31, and 1056 to 1119 in the extended range.</summary>
    public bool IsPpi => Value is (>= 16 and <= 31) or (>= FirstExtendedPpi and < FirstExtendedPpi + ExtendedPpiCount);

    /// <summary>Shared peripheral, 32 to 1019, and 4096 to 5119 in the extended range.</summary>
    public bool IsSpi => Value is (>= FirstSpi and < FirstSpi + SpiCount) or (>= FirstExtendedSpi and < FirstExtendedSpi + ExtendedSpiCount);

    /// <summary>Of the extended ranges of GICv3.1.</summary>
    public bool IsExtended => Value is >= FirstExtendedPpi and < FirstLpi && (IsPpi || IsSpi);

    /// <summary>Locality-specific: a message, from 8192. It has no active state.</summary>
    public bool IsLpi => Value is >= FirstLpi and < LpiLimit;

    /// <summary>1020 to 1023: never handled and never ended.</summary>
    [TestsSpecialIntId]
    public bool IsSpecial => Value is >= 1020 and <= 1023;

    /// <summary>Each CPU has its own line of this number.</summary>
    public bool IsPrivate => IsSgi || IsPpi;

    /// <summary>SGI 0 to 15.</summary>
    [Wraps(nameof(number))]
    public static IntId Sgi(int number) => number is >= 0 and <= 15 ? new(number) : throw new ArgumentOutOfRangeException(nameof(number), number, "an SGI is 0 to 15");

    /// <summary>PPI 0 to 15, which is INTID 16 to 31.</summary>
    [Wraps(nameof(number), Plus = 16)]
    public static IntId Ppi(int number) => number is >= 0 and <= 15 ? new(number + 16) : throw new ArgumentOutOfRangeException(nameof(number), number, "a PPI is 0 to 15");

    /// <summary>SPI 0 to 987, which is INTID 32 to 1019.</summary>
    [Wraps(nameof(number), Plus = FirstSpi)]
    public static IntId Spi(int number) => number is >= 0 and < SpiCount ? new(number + FirstSpi) : throw new ArgumentOutOfRangeException(nameof(number), number, "an SPI is 0 to 987");

    /// <summary>Extended PPI 0 to 63, which is INTID 1056 to 1119.</summary>
    [Wraps(nameof(number), Plus = FirstExtendedPpi)]
    public static IntId ExtendedPpi(int number) => number is >= 0 and < ExtendedPpiCount
        ? new(number + FirstExtendedPpi)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "an extended PPI is 0 to 63");

    /// <summary>Extended SPI 0 to 1023, which is INTID 4096 to 5119.</summary>
    [Wraps(nameof(number), Plus = FirstExtendedSpi)]
    public static IntId ExtendedSpi(int number) => number is >= 0 and < ExtendedSpiCount
        ? new(number + FirstExtendedSpi)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "an extended SPI is 0 to 1023");

    /// <summary>LPI 0 upwards, which is INTID 8192 upwards; 16 bits of INTID are implemented.</summary>
    [Wraps(nameof(number), Plus = FirstLpi)]
    public static IntId Lpi(int number) => number is >= 0 and < LpiLimit - FirstLpi
        ? new(number + FirstLpi)
        : throw new ArgumentOutOfRangeException(nameof(number), number, "an LPI is 0 to 57343");

    /// <summary>The INTID this many further.</summary>
    public static IntId operator +(IntId first, int offset) => new(first.Value + offset);

    /// <summary>How many INTIDs lie between the two.</summary>
    public static int operator -(IntId last, IntId first) => last.Value - first.Value;

    /// <inheritdoc/>
    public override string ToString() => Value switch
    {
        >= 0 and <= 15 => string.Create(CultureInfo.InvariantCulture, $"SGI{Value}"),
        >= 16 and <= 31 => string.Create(CultureInfo.InvariantCulture, $"PPI{Value - 16}"),
        >= FirstSpi and < FirstSpi + SpiCount => string.Create(CultureInfo.InvariantCulture, $"SPI{Value - FirstSpi}"),
        >= FirstExtendedPpi and < FirstExtendedPpi + ExtendedPpiCount => string.Create(CultureInfo.InvariantCulture, $"EPPI{Value - FirstExtendedPpi}"),
        >= FirstExtendedSpi and < FirstExtendedSpi + ExtendedSpiCount => string.Create(CultureInfo.InvariantCulture, $"ESPI{Value - FirstExtendedSpi}"),
        >= FirstLpi and < LpiLimit => string.Create(CultureInfo.InvariantCulture, $"LPI{Value - FirstLpi}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"INTID{Value}"),
    };
}
