namespace IrqSafety.Runtime;

/// <summary>
/// What <see cref="LocalIrq.Save"/> returns: opaque, because it is PMR or DAIF depending on the machine. Only
/// <see cref="LocalIrq.Restore"/> may use it.
/// </summary>
public readonly record struct IrqFlags
{
    internal IrqFlags(Pmr pmr)
    {
        Pmr = pmr;
        IsPmr = true;
    }

    internal IrqFlags(Daif daif) => Daif = daif;

    internal bool IsPmr { get; }

    internal Pmr Pmr { get; }

    internal Daif Daif { get; }

    /// <inheritdoc/>
    public override string ToString() => IsPmr ? $"pmr {Pmr}" : $"daif {Daif}";
}

/// <summary>
/// What <see cref="LocalDaif.Save"/> returns: a DAIF word in which interrupts masked by PMR show as I and F. Only
/// <see cref="LocalDaif.Restore"/> may use it.
/// </summary>
public readonly record struct DaifFlags
{
    internal DaifFlags(Daif daif) => Daif = daif;

    internal Daif Daif { get; }

    /// <summary>Nothing masked (<c>DAIF_PROCCTX</c>).</summary>
    public static DaifFlags Process => new(Daif.Process);

    /// <summary>Interrupts masked, SError not (<c>DAIF_PROCCTX_NOIRQ</c>): on a machine with priority masking, NMIs become deliverable.</summary>
    public static DaifFlags ProcessNoIrq => new(Daif.ProcessNoIrq);

    /// <summary>SError and interrupts masked (<c>DAIF_ERRCTX</c>).</summary>
    public static DaifFlags Error => new(Daif.Error);

    /// <inheritdoc/>
    public override string ToString() => Daif.ToString();
}
