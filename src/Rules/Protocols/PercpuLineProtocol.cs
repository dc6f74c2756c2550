using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>
/// A per-CPU interrupt line (SGI or PPI) as one CPU sees it: requested once for all CPUs as an NMI or as an ordinary interrupt, then
/// enabled and disabled on each CPU with the calls of that flavour.
/// </summary>
/// <remarks>Source: Linux <c>kernel/irq/manage.c</c> (<c>request_percpu_nmi</c> … <c>free_percpu_nmi</c>), 6.12.</remarks>
public static class PercpuLineProtocol
{
    /// <summary>The table's name.</summary>
    public const string Name = "percpu-line";

    /// <summary>Not requested.</summary>
    public const string Free = "free";

    /// <summary>Its request as an NMI failed, and nothing was requested since.</summary>
    public const string NmiRefused = "nmi-refused";

    /// <summary>Requested as an ordinary interrupt.</summary>
    public const string Irq = "irq";

    /// <summary>Requested as an ordinary interrupt after the request as an NMI failed.</summary>
    public const string IrqAfterRefusal = "irq-after-refusal";

    /// <summary>An ordinary interrupt, enabled on this CPU.</summary>
    public const string IrqEnabled = "irq-enabled";

    /// <summary>The same, on a line whose NMI request failed.</summary>
    public const string IrqEnabledAfterRefusal = "irq-enabled-after-refusal";

    /// <summary>Requested as an NMI, not prepared on this CPU.</summary>
    public const string Nmi = "nmi";

    /// <summary>Prepared as an NMI on this CPU.</summary>
    public const string NmiPrepared = "nmi-prepared";

    /// <summary>Enabled as an NMI on this CPU.</summary>
    public const string NmiEnabled = "nmi-enabled";

    /// <summary>Flavour of the calls for NMIs.</summary>
    public const string NmiFlavour = "NMI";

    /// <summary>Flavour of the calls for ordinary interrupts.</summary>
    public const string IrqFlavour = "IRQ";

    /// <summary>The table.</summary>
    public static ProtocolTable Table { get; } = new(
        Name,
        "A per-CPU interrupt line as one CPU sees it. Source: Linux kernel/irq/manage.c, 6.12.",
        initial: Free,
        assumedAtRoots: null,
        events:
        [
            new("request-nmi", "request_percpu_nmi", NmiFlavour),
            new("prepare-nmi", "prepare_percpu_nmi", NmiFlavour),
            new("enable-nmi", "enable_percpu_nmi", NmiFlavour),
            new("disable-nmi", "disable_percpu_nmi", NmiFlavour),
            new("teardown-nmi", "teardown_percpu_nmi", NmiFlavour),
            new("free-nmi", "free_percpu_nmi", NmiFlavour),
            new("request-irq", "request_percpu_irq", IrqFlavour),
            new("enable-irq", "enable_percpu_irq", IrqFlavour),
            new("disable-irq", "disable_percpu_irq", IrqFlavour),
            new("free-irq", "free_percpu_irq", IrqFlavour),
        ],
        rows: Rows());

    private static IReadOnlyList<ProtocolRow> Rows()
    {
        const string Flavour = LawIds.LineFlavour;
        const string Order = LawIds.LineProtocol;
        const string Refused = LawIds.FlavourAfterRefusal;
        const string NotRequested = "the line was not requested: request it first and check the result";
        const string AfterRefusal = "the request as an NMI failed: use what the request returned, not what was wanted";
        const string NmiOnIrq = "the line was requested as an ordinary interrupt: use the IRQ call";
        const string IrqOnNmi = "the line was requested as an NMI: use the NMI call";
        const string NotPrepared = "the NMI was not prepared on this CPU: call prepare_percpu_nmi first";
        const string NotEnabled = "the line is not enabled on this CPU: pair it with an enable";
        const string Requested = "the line is already requested: free it first";

        return
        [
            new(Free, "request-nmi", Nmi, OnFailure: NmiRefused),
            new(Free, "request-irq", Irq, OnFailure: Free),
            new(Free, "prepare-nmi", Free, Law: Order, Problem: NotRequested),
            new(Free, "enable-nmi", Free, Law: Order, Problem: NotRequested),
            new(Free, "disable-nmi", Free, Law: Order, Problem: NotRequested),
            new(Free, "teardown-nmi", Free, Law: Order, Problem: NotRequested),
            new(Free, "free-nmi", Free, Law: Order, Problem: NotRequested),
            new(Free, "enable-irq", Free, Law: Order, Problem: NotRequested),
            new(Free, "disable-irq", Free, Law: Order, Problem: NotRequested),
            new(Free, "free-irq", Free, Law: Order, Problem: NotRequested),

            new(NmiRefused, "request-nmi", Nmi, OnFailure: NmiRefused),
            new(NmiRefused, "request-irq", IrqAfterRefusal, OnFailure: NmiRefused),
            new(NmiRefused, "prepare-nmi", NmiRefused, Law: Refused, Problem: AfterRefusal),
            new(NmiRefused, "enable-nmi", NmiRefused, Law: Refused, Problem: AfterRefusal),
            new(NmiRefused, "disable-nmi", NmiRefused, Law: Refused, Problem: AfterRefusal),
            new(NmiRefused, "teardown-nmi", NmiRefused, Law: Refused, Problem: AfterRefusal),
            new(NmiRefused, "free-nmi", NmiRefused, Law: Refused, Problem: AfterRefusal),
            new(NmiRefused, "enable-irq", NmiRefused, Law: Order, Problem: NotRequested),
            new(NmiRefused, "disable-irq", NmiRefused, Law: Order, Problem: NotRequested),
            new(NmiRefused, "free-irq", NmiRefused, Law: Order, Problem: NotRequested),

            new(Irq, "enable-irq", IrqEnabled),
            new(Irq, "free-irq", Free),
            new(Irq, "disable-irq", Irq, Law: Order, Problem: NotEnabled),
            new(Irq, "request-irq", Irq, OnFailure: Irq, Law: Order, Problem: Requested),
            new(Irq, "request-nmi", Irq, OnFailure: Irq, Law: Order, Problem: Requested),
            new(Irq, "prepare-nmi", Irq, Law: Flavour, Problem: NmiOnIrq),
            new(Irq, "enable-nmi", Irq, Law: Flavour, Problem: NmiOnIrq),
            new(Irq, "disable-nmi", Irq, Law: Flavour, Problem: NmiOnIrq),
            new(Irq, "teardown-nmi", Irq, Law: Flavour, Problem: NmiOnIrq),
            new(Irq, "free-nmi", Irq, Law: Flavour, Problem: NmiOnIrq),

            new(IrqEnabled, "disable-irq", Irq),
            // enable_percpu_irq on an enabled line unmasks it again: allowed, and kernels do it after low power.
            new(IrqEnabled, "enable-irq", IrqEnabled),
            new(IrqEnabled, "free-irq", IrqEnabled, Law: Order, Problem: "the line is still enabled on a CPU: disable it on every CPU first"),
            new(IrqEnabled, "request-irq", IrqEnabled, OnFailure: IrqEnabled, Law: Order, Problem: Requested),
            new(IrqEnabled, "request-nmi", IrqEnabled, OnFailure: IrqEnabled, Law: Order, Problem: Requested),
            new(IrqEnabled, "prepare-nmi", IrqEnabled, Law: Flavour, Problem: NmiOnIrq),
            new(IrqEnabled, "enable-nmi", IrqEnabled, Law: Flavour, Problem: NmiOnIrq),
            new(IrqEnabled, "disable-nmi", IrqEnabled, Law: Flavour, Problem: NmiOnIrq),
            new(IrqEnabled, "teardown-nmi", IrqEnabled, Law: Flavour, Problem: NmiOnIrq),
            new(IrqEnabled, "free-nmi", IrqEnabled, Law: Flavour, Problem: NmiOnIrq),

            new(IrqAfterRefusal, "enable-irq", IrqEnabledAfterRefusal),
            new(IrqAfterRefusal, "free-irq", Free),
            new(IrqAfterRefusal, "disable-irq", IrqAfterRefusal, Law: Order, Problem: NotEnabled),
            new(IrqAfterRefusal, "request-irq", IrqAfterRefusal, OnFailure: IrqAfterRefusal, Law: Order, Problem: Requested),
            new(IrqAfterRefusal, "request-nmi", IrqAfterRefusal, OnFailure: IrqAfterRefusal, Law: Order, Problem: Requested),
            new(IrqAfterRefusal, "prepare-nmi", IrqAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqAfterRefusal, "enable-nmi", IrqAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqAfterRefusal, "disable-nmi", IrqAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqAfterRefusal, "teardown-nmi", IrqAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqAfterRefusal, "free-nmi", IrqAfterRefusal, Law: Refused, Problem: AfterRefusal),

            new(IrqEnabledAfterRefusal, "disable-irq", IrqAfterRefusal),
            new(IrqEnabledAfterRefusal, "enable-irq", IrqEnabledAfterRefusal),
            new(IrqEnabledAfterRefusal, "free-irq", IrqEnabledAfterRefusal, Law: Order, Problem: "the line is still enabled on a CPU: disable it on every CPU first"),
            new(IrqEnabledAfterRefusal, "request-irq", IrqEnabledAfterRefusal, OnFailure: IrqEnabledAfterRefusal, Law: Order, Problem: Requested),
            new(IrqEnabledAfterRefusal, "request-nmi", IrqEnabledAfterRefusal, OnFailure: IrqEnabledAfterRefusal, Law: Order, Problem: Requested),
            new(IrqEnabledAfterRefusal, "prepare-nmi", IrqEnabledAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqEnabledAfterRefusal, "enable-nmi", IrqEnabledAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqEnabledAfterRefusal, "disable-nmi", IrqEnabledAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqEnabledAfterRefusal, "teardown-nmi", IrqEnabledAfterRefusal, Law: Refused, Problem: AfterRefusal),
            new(IrqEnabledAfterRefusal, "free-nmi", IrqEnabledAfterRefusal, Law: Refused, Problem: AfterRefusal),

            new(Nmi, "prepare-nmi", NmiPrepared, OnFailure: Nmi),
            new(Nmi, "free-nmi", Free),
            new(Nmi, "enable-nmi", Nmi, Law: Order, Problem: NotPrepared),
            new(Nmi, "disable-nmi", Nmi, Law: Order, Problem: NotEnabled),
            new(Nmi, "teardown-nmi", Nmi, Law: Order, Problem: "the NMI was not prepared on this CPU: pair it with prepare_percpu_nmi"),
            new(Nmi, "request-irq", Nmi, OnFailure: Nmi, Law: Order, Problem: Requested),
            new(Nmi, "request-nmi", Nmi, OnFailure: Nmi, Law: Order, Problem: Requested),
            new(Nmi, "enable-irq", Nmi, Law: Flavour, Problem: IrqOnNmi),
            new(Nmi, "disable-irq", Nmi, Law: Flavour, Problem: IrqOnNmi),
            new(Nmi, "free-irq", Nmi, Law: Flavour, Problem: IrqOnNmi),

            new(NmiPrepared, "enable-nmi", NmiEnabled),
            new(NmiPrepared, "teardown-nmi", Nmi),
            new(NmiPrepared, "prepare-nmi", NmiPrepared, OnFailure: NmiPrepared, Law: Order, Problem: "the NMI is already prepared on this CPU: tear it down first"),
            new(NmiPrepared, "disable-nmi", NmiPrepared, Law: Order, Problem: NotEnabled),
            new(NmiPrepared, "free-nmi", NmiPrepared, Law: Order, Problem: "the NMI is still prepared on a CPU: tear it down on every CPU first"),
            new(NmiPrepared, "request-irq", NmiPrepared, OnFailure: NmiPrepared, Law: Order, Problem: Requested),
            new(NmiPrepared, "request-nmi", NmiPrepared, OnFailure: NmiPrepared, Law: Order, Problem: Requested),
            new(NmiPrepared, "enable-irq", NmiPrepared, Law: Flavour, Problem: IrqOnNmi),
            new(NmiPrepared, "disable-irq", NmiPrepared, Law: Flavour, Problem: IrqOnNmi),
            new(NmiPrepared, "free-irq", NmiPrepared, Law: Flavour, Problem: IrqOnNmi),

            new(NmiEnabled, "disable-nmi", NmiPrepared),
            new(NmiEnabled, "enable-nmi", NmiEnabled),
            new(NmiEnabled, "prepare-nmi", NmiEnabled, OnFailure: NmiEnabled, Law: Order, Problem: "the NMI is enabled on this CPU: disable it and tear it down first"),
            new(NmiEnabled, "teardown-nmi", NmiEnabled, Law: Order, Problem: "the NMI is still enabled on this CPU: call disable_percpu_nmi first"),
            new(NmiEnabled, "free-nmi", NmiEnabled, Law: Order, Problem: "the NMI is still enabled on a CPU: disable it and tear it down on every CPU first"),
            new(NmiEnabled, "request-irq", NmiEnabled, OnFailure: NmiEnabled, Law: Order, Problem: Requested),
            new(NmiEnabled, "request-nmi", NmiEnabled, OnFailure: NmiEnabled, Law: Order, Problem: Requested),
            new(NmiEnabled, "enable-irq", NmiEnabled, Law: Flavour, Problem: IrqOnNmi),
            new(NmiEnabled, "disable-irq", NmiEnabled, Law: Flavour, Problem: IrqOnNmi),
            new(NmiEnabled, "free-irq", NmiEnabled, Law: Flavour, Problem: IrqOnNmi),
        ];
    }
}
