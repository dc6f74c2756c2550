namespace IrqSafety.Rules;

/// <summary>
/// An interrupt from its acknowledge to its end, on the CPU that acknowledged it: one priority drop for each valid acknowledge, in mode 1 one deactivation after
/// it, and neither for a special INTID.
/// </summary>
/// <remarks>Source: Arm IHI 0069, 4.1 "Interrupt life cycle"; Linux <c>drivers/irqchip/irq-gic-v3.c</c> (<c>gic_complete_ack</c>, <c>gic_eoimode1_eoi_irq</c>).</remarks>
public static class InterruptEndProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "interrupt-end";

    /// <summary>Not acknowledged, or ended.</summary>
    public const string Idle = "idle";

    /// <summary>IAR returned it.</summary>
    public const string Acknowledged = "acknowledged";

    /// <summary>EOIR was written: the priority is dropped, and in mode 1 the interrupt still active.</summary>
    public const string Dropped = "dropped";

    private const string NotAcknowledged = "the interrupt was not acknowledged here: end only what IAR returned, and not the special INTIDs 1020 to 1023";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "An interrupt from acknowledge to end. Source: Arm IHI 0069, 4.1; Linux drivers/irqchip/irq-gic-v3.c.",
        initial: Idle,
        assumedAtRoots: null,
        events:
        [
            new("acknowledge", "read of ICC_IAR1_EL1"),
            new("handle", "generic_handle_domain_irq"),
            new("drop", "write of ICC_EOIR1_EL1"),
            new("deactivate", "write of ICC_DIR_EL1"),
        ],
        rows:
        [
            new(Idle, "acknowledge", Acknowledged),
            new(Idle, "handle", Idle, Law: LawIds.InterruptEnd, Problem: NotAcknowledged),
            new(Idle, "drop", Idle, Law: LawIds.InterruptEnd, Problem: NotAcknowledged),
            new(Idle, "deactivate", Idle, Law: LawIds.InterruptEnd, Problem: NotAcknowledged),

            new(Acknowledged, "acknowledge", Acknowledged, Law: LawIds.InterruptEnd, Problem: "the same interrupt is still running: write EOIR once for each acknowledge"),

            // The flow handler ends it, in either mode; where nobody requested the line there is none, and the caller does.
            new(Acknowledged, "handle", Idle, OnFailure: Acknowledged),
            new(Acknowledged, "drop", Dropped),
            new(Acknowledged, "deactivate", Acknowledged, Law: LawIds.InterruptEnd, Problem: "its priority is not dropped: write EOIR first"),

            // In mode 0 the drop ended it.
            new(Dropped, "acknowledge", Acknowledged),
            new(Dropped, "handle", Idle, OnFailure: Dropped),
            new(Dropped, "drop", Dropped, Law: LawIds.InterruptEnd, Problem: "its priority is dropped already: write EOIR once for each acknowledge"),
            new(Dropped, "deactivate", Idle),
        ])
    {
        IsHandedOn = true,
    };
}
