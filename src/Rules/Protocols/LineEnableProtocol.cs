namespace IrqSafety.Rules;

/// <summary>A line of the interrupt controller and the priority of an NMI: it is given while the line is disabled.</summary>
/// <remarks>Source: Linux <c>drivers/irqchip/irq-gic-v3.c</c> (<c>gic_irq_nmi_setup</c>).</remarks>
public static class LineEnableProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "line-enable";

    /// <summary>ISENABLER shows 0.</summary>
    public const string Disabled = "disabled";

    /// <summary>ISENABLER shows 1.</summary>
    public const string Enabled = "enabled";

    private const string IsEnabled = "the line is enabled, so the interrupt may be pending or running as an ordinary one: disable it, wait for RWP, then write the priority of an NMI";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "A line and the priority of an NMI. Source: Linux drivers/irqchip/irq-gic-v3.c, gic_irq_nmi_setup.",
        initial: Disabled,
        assumedAtRoots: null,
        events:
        [
            new("enable", "write of ISENABLER"),
            new("disable", "write of ICENABLER"),
            new("nmi-priority", "write of the priority of an NMI to IPRIORITYR"),
        ],
        rows:
        [
            new(Disabled, "enable", Enabled),
            new(Disabled, "disable", Disabled),
            new(Disabled, "nmi-priority", Disabled),
            new(Enabled, "enable", Enabled),
            new(Enabled, "disable", Disabled),
            new(Enabled, "nmi-priority", Enabled, Law: LawIds.NmiPriority, Problem: IsEnabled),
        ]);
}
