using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// What <see cref="LocalIrq.Save"/> returns: opaque, because it is PMR or DAIF depending on the machine. Only
/// <see cref="LocalIrq.Restore"/> may use it.
/// </summary>
public readonly record struct IrqFlags
{
    [SuppressMessage("IrqSafety.Masking", "IRQ0303", Justification = "What local_irq_save returns is the value of PMR here.")]
    internal IrqFlags(Pmr pmr) => Word = pmr.Value;

    [SuppressMessage("IrqSafety.Masking", "IRQ0303", Justification = "What local_irq_save returns is the value of DAIF here.")]
    internal IrqFlags(Daif daif) => Word = daif.Value;

    internal IrqFlags(DaifFlags reinterpreted) => (Word, IsDaifFlags, Saved) = (reinterpreted.Word, true, reinterpreted.Saved);

    /// <summary>The word as <c>unsigned long flags</c> holds it in C. For traces: code must not look at it.</summary>
    [FlagWord(FlagKind.IrqFlags)]
    public uint Word { get; }

    internal bool IsDaifFlags { get; }

    /// <summary>The number of the save that returned it; 0 for a word that nobody saved. The kernel has no such thing: two words that are equal are equal.</summary>
    internal int Saved { get; init; }

    /// <summary>True for the same word.</summary>
    public bool Equals(IrqFlags other) => Word == other.Word && IsDaifFlags == other.IsDaifFlags;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Word;

    /// <summary>
    /// The same word where <see cref="LocalDaif.Restore"/> expects its own, as C allows because both are <c>unsigned long</c>. A mistake, which
    /// <see cref="LocalDaif.Restore"/> reports.
    /// </summary>
    [ReinterpretsFlags(FlagKind.IrqFlags, FlagKind.DaifFlags)]
    public DaifFlags ReinterpretAsDaifFlags() => new(this);

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"0x{Word:x}");
}

/// <summary>
/// What <see cref="LocalDaif.Save"/> returns: a DAIF word in which interrupts masked by PMR show as I and F. Only
/// <see cref="LocalDaif.Restore"/> may use it.
/// </summary>
public readonly record struct DaifFlags
{
    [SuppressMessage("IrqSafety.Masking", "IRQ0303", Justification = "What local_daif_save returns is a value of DAIF.")]
    internal DaifFlags(Daif daif) => Word = daif.Value;

    internal DaifFlags(IrqFlags reinterpreted) => (Word, IsIrqFlags, Saved) = (reinterpreted.Word, true, reinterpreted.Saved);

    /// <summary>The word as <c>unsigned long flags</c> holds it in C.</summary>
    [FlagWord(FlagKind.DaifFlags)]
    public uint Word { get; }

    internal bool IsIrqFlags { get; }

    /// <summary>The number of the save that returned it; 0 for a word that nobody saved.</summary>
    internal int Saved { get; init; }

    /// <summary>True for the same word.</summary>
    public bool Equals(DaifFlags other) => Word == other.Word && IsIrqFlags == other.IsIrqFlags;

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Word;

    internal Daif Daif => Daif.FromWord(Word);

    /// <summary>Nothing masked (<c>DAIF_PROCCTX</c>).</summary>
    [MaskWord(Mask.None, Mask.Irq | Mask.Daif)]
    public static DaifFlags Process => new(Daif.Process);

    /// <summary>Interrupts masked, SError not (<c>DAIF_PROCCTX_NOIRQ</c>): on a machine with priority masking, NMIs become deliverable.</summary>
    [MaskWord(Mask.Irq, Mask.Daif)]
    public static DaifFlags ProcessNoIrq => new(Daif.ProcessNoIrq);

    /// <summary>SError and interrupts masked (<c>DAIF_ERRCTX</c>).</summary>
    [MaskWord(Mask.Irq | Mask.Daif, Mask.None)]
    public static DaifFlags Error => new(Daif.Error);

    /// <summary>
    /// The same word where <see cref="LocalIrq.Restore"/> expects its own, as C allows because both are <c>unsigned long</c>. A mistake, which
    /// <see cref="LocalIrq.Restore"/> reports: on a machine with priority masking the low byte becomes PMR.
    /// </summary>
    [ReinterpretsFlags(FlagKind.DaifFlags, FlagKind.IrqFlags)]
    public IrqFlags ReinterpretAsIrqFlags() => new(this);

    /// <inheritdoc/>
    public override string ToString() => Daif.ToString();
}
