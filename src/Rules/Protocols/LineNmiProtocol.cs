namespace IrqSafety.Rules;

/// <summary>A shared peripheral interrupt line requested with <c>request_nmi</c> or <c>request_irq</c>: one state for the system.</summary>
/// <remarks>
/// Source: Linux <c>kernel/irq/manage.c</c> (<c>request_nmi</c>, <c>free_nmi</c>, <c>enable_nmi</c>, <c>disable_nmi_nosync</c>), 6.12. The line of an NMI is per CPU and not
/// balanced: <c>drivers/perf/arm_pmu.c</c> (<c>armpmu_request_irq</c>) gives it its CPU and then requests it.
/// </remarks>
public static class LineNmiProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "line";

    private const string Free = "free";
    private const string Refused = "nmi-refused";
    private const string Nmi = "nmi";
    private const string NmiEnabled = "nmi-enabled";
    private const string Irq = "irq";
    private const string IrqDisabled = "irq-disabled";
    private const string NotRequested = "the line was not requested: request it first and check the result";
    private const string AfterRefusal = "the request as an NMI failed: use what the request returned, not what was wanted";
    private const string NmiOnIrq = "the line was requested as an ordinary interrupt: use the IRQ call";
    private const string IrqOnNmi = "the line was requested as an NMI: use the NMI call";
    private const string Requested = "the line is already requested: free it first";
    private const string CpuIsFixed = "an NMI stays on the CPU that its line was routed to: set the affinity before the request";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "A shared interrupt line requested as an NMI or as an ordinary interrupt. Source: Linux kernel/irq/manage.c, 6.12.",
        initial: Free,
        assumedAtRoots: null,
        events:
        [
            new("request-nmi", "request_nmi", PercpuLineProtocol.NmiFlavour),
            new("enable-nmi", "enable_nmi", PercpuLineProtocol.NmiFlavour),
            new("disable-nmi", "disable_nmi_nosync", PercpuLineProtocol.NmiFlavour),
            new("free-nmi", "free_nmi", PercpuLineProtocol.NmiFlavour),
            new("request-irq", "request_irq", PercpuLineProtocol.IrqFlavour),
            new("enable-irq", "enable_irq", PercpuLineProtocol.IrqFlavour),
            new("disable-irq", "disable_irq", PercpuLineProtocol.IrqFlavour),
            new("free-irq", "free_irq", PercpuLineProtocol.IrqFlavour),
            new("set-affinity", "irq_set_affinity"),
        ],
        rows:
        [
            // request_nmi wants a line that is not enabled automatically (IRQF_NO_AUTOEN): enable_nmi follows.
            new(Free, "request-nmi", Nmi, OnFailure: Refused),
            new(Free, "request-irq", Irq, OnFailure: Free),
            new(Free, "enable-nmi", Free, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Free, "disable-nmi", Free, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Free, "free-nmi", Free, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Free, "enable-irq", Free, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Free, "disable-irq", Free, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Free, "free-irq", Free, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Free, "set-affinity", Free),

            new(Refused, "request-nmi", Nmi, OnFailure: Refused),
            new(Refused, "request-irq", Irq, OnFailure: Refused),
            new(Refused, "enable-nmi", Refused, Law: LawIds.FlavourAfterRefusal, Problem: AfterRefusal),
            new(Refused, "disable-nmi", Refused, Law: LawIds.FlavourAfterRefusal, Problem: AfterRefusal),
            new(Refused, "free-nmi", Refused, Law: LawIds.FlavourAfterRefusal, Problem: AfterRefusal),
            new(Refused, "enable-irq", Refused, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Refused, "disable-irq", Refused, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Refused, "free-irq", Refused, Law: LawIds.LineProtocol, Problem: NotRequested),
            new(Refused, "set-affinity", Refused),

            new(Nmi, "enable-nmi", NmiEnabled),
            new(Nmi, "free-nmi", Free),
            new(Nmi, "disable-nmi", Nmi, Law: LawIds.LineProtocol, Problem: "the NMI is not enabled: pair it with enable_nmi"),
            new(Nmi, "request-nmi", Nmi, OnFailure: Nmi, Law: LawIds.LineProtocol, Problem: Requested),
            new(Nmi, "request-irq", Nmi, OnFailure: Nmi, Law: LawIds.LineProtocol, Problem: Requested),
            new(Nmi, "enable-irq", Nmi, Law: LawIds.LineFlavour, Problem: IrqOnNmi),
            new(Nmi, "disable-irq", Nmi, Law: LawIds.LineFlavour, Problem: IrqOnNmi),
            new(Nmi, "free-irq", Nmi, Law: LawIds.LineFlavour, Problem: IrqOnNmi),
            new(Nmi, "set-affinity", Nmi, Law: LawIds.LineProtocol, Problem: CpuIsFixed),

            new(NmiEnabled, "disable-nmi", Nmi),
            new(NmiEnabled, "enable-nmi", NmiEnabled, Law: LawIds.LineProtocol, Problem: "the NMI is already enabled: an unbalanced enable"),
            new(NmiEnabled, "free-nmi", NmiEnabled, Law: LawIds.LineProtocol, Problem: "the NMI is still enabled: call disable_nmi_nosync first"),
            new(NmiEnabled, "request-nmi", NmiEnabled, OnFailure: NmiEnabled, Law: LawIds.LineProtocol, Problem: Requested),
            new(NmiEnabled, "request-irq", NmiEnabled, OnFailure: NmiEnabled, Law: LawIds.LineProtocol, Problem: Requested),
            new(NmiEnabled, "enable-irq", NmiEnabled, Law: LawIds.LineFlavour, Problem: IrqOnNmi),
            new(NmiEnabled, "disable-irq", NmiEnabled, Law: LawIds.LineFlavour, Problem: IrqOnNmi),
            new(NmiEnabled, "free-irq", NmiEnabled, Law: LawIds.LineFlavour, Problem: IrqOnNmi),
            new(NmiEnabled, "set-affinity", NmiEnabled, Law: LawIds.LineProtocol, Problem: CpuIsFixed),

            // Ordinary lines nest their disables (the depth is checked by the model itself), and free_irq shuts an enabled line down.
            new(Irq, "disable-irq", IrqDisabled),
            new(Irq, "free-irq", Free),
            new(Irq, "enable-irq", Irq, Law: LawIds.LineProtocol, Problem: "the interrupt is not disabled: an unbalanced enable"),
            new(Irq, "request-irq", Irq, OnFailure: Irq),
            new(Irq, "request-nmi", Irq, OnFailure: Irq, Law: LawIds.LineProtocol, Problem: Requested),
            new(Irq, "enable-nmi", Irq, Law: LawIds.LineFlavour, Problem: NmiOnIrq),
            new(Irq, "disable-nmi", Irq, Law: LawIds.LineFlavour, Problem: NmiOnIrq),
            new(Irq, "free-nmi", Irq, Law: LawIds.LineFlavour, Problem: NmiOnIrq),
            new(Irq, "set-affinity", Irq),

            new(IrqDisabled, "enable-irq", Irq),
            new(IrqDisabled, "disable-irq", IrqDisabled),
            new(IrqDisabled, "free-irq", Free),
            new(IrqDisabled, "request-irq", IrqDisabled, OnFailure: IrqDisabled),
            new(IrqDisabled, "request-nmi", IrqDisabled, OnFailure: IrqDisabled, Law: LawIds.LineProtocol, Problem: Requested),
            new(IrqDisabled, "enable-nmi", IrqDisabled, Law: LawIds.LineFlavour, Problem: NmiOnIrq),
            new(IrqDisabled, "disable-nmi", IrqDisabled, Law: LawIds.LineFlavour, Problem: NmiOnIrq),
            new(IrqDisabled, "free-nmi", IrqDisabled, Law: LawIds.LineFlavour, Problem: NmiOnIrq),
            new(IrqDisabled, "set-affinity", IrqDisabled),
        ]);
}
