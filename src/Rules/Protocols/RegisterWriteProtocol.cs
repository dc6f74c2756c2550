namespace IrqSafety.Rules;

/// <summary>
/// Writes of the distributor, or of a redistributor, that take effect late: a disable, or a change of the control register, is complete when RWP reads 0.
/// </summary>
/// <remarks>Source: Arm IHI 0069, GICD_CTLR.RWP (bit 31) and GICR_CTLR.RWP (bit 3); Linux <c>gic_do_wait_for_rwp</c>.</remarks>
public static class RegisterWriteProtocol
{
    /// <summary>The name of the table for the distributor, of which there is one.</summary>
    public const string Distributor = "distributor-write";

    /// <summary>The name of the table for the redistributors, one for each CPU.</summary>
    public const string Redistributor = "redistributor-write";

    /// <summary>Every write has taken effect.</summary>
    public const string Settled = "settled";

    /// <summary>A write may not have taken effect.</summary>
    public const string Pending = "pending";

    /// <summary>Writes of the distributor.</summary>
    public static ProtocolTable DistributorTable { get; } = Table(Distributor, "Writes of the distributor, complete when RWP reads 0. Source: Arm IHI 0069, GICD_CTLR.RWP.");

    /// <summary>Writes of a redistributor: its RWP is another bit of another frame.</summary>
    public static ProtocolTable RedistributorTable { get; } = Table(Redistributor, "Writes of a redistributor, complete when RWP reads 0. Source: Arm IHI 0069, GICR_CTLR.RWP.");

    private static ProtocolTable Table(string name, string summary) => new(
        name,
        summary,
        initial: Settled,
        assumedAtRoots: null,
        events:
        [
            new("write", "a disable, or a write of the control register"),
            new("wait", "gic_do_wait_for_rwp"),
            new("rely", "what needs the interrupt disabled"),
        ],
        rows:
        [
            new(Settled, "write", Pending),
            new(Settled, "wait", Settled),
            new(Settled, "rely", Settled),
            new(Pending, "write", Pending),
            new(Pending, "wait", Settled),
            new(Pending, "rely", Pending, Law: LawIds.WritePending, Problem: "the disable before it may not have taken effect: wait until RWP reads 0"),
        ]);
}
