using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 03: masking by PMR and DAIF, and the interrupt controller.</summary>
internal static class Family03Masking
{
    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.InterruptEnd, "Each interrupt that was acknowledged is ended once, on its CPU, in reverse order, and nothing else is.", "Linux \"irqchip/gic-v3: Do not enable irqs when handling spurious interrups\" (stable 7be4db5c2b59): what IAR returns decides about handling and end, the special INTIDs too.", Shown.Direct, Evidence.Harm),
        new(LawIds.WritePending, "What needs an interrupt disabled waits until the disable has taken effect.", "Xen d86cf3cbd4 (the distributor's RWP bit polled in a redistributor), and TF-A 66668c77c (RWP after EnableLPIs is cleared).", Shown.Direct, Evidence.Breach),
        new(LawIds.RedistributorPower, "A CPU leaves the interrupt controller with its group off, and uses it only when its redistributor is awake.", "TF-A 5a5e0aac3 (barrier between group disable and sleep of a redistributor), and Xen 18b718b6af (ICC_CTLR written instead of IGRPEN1 at power-down).", Shown.Direct, Evidence.Breach),
    ];
}
