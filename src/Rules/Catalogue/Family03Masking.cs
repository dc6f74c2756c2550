using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 03: masking by PMR and DAIF, and the interrupt controller.</summary>
internal static class Family03Masking
{
    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.MaskRestore, "A saved mask is restored once, in reverse order, on every path, on its CPU and by whoever saved it.", "Xen aa717d803e (LPI tables: a state saved and another restored), and the arm64 pseudo-NMI thread of 2015, where each path out of a section must put PMR back.", Shown.Direct, Evidence.Breach),
        new(LawIds.MaskEnable, "Nobody unmasks what somebody around him relies on being masked.", "Linux \"arm64: entry: Do not enable IRQs for ct_user_exit\": a callee cleared PSTATE.I before its caller was ready for interrupts.", Shown.Direct, Evidence.Breach),
        new(LawIds.FlagKind, "A saved word goes back to the operations that it came from: PMR, DAIF and what stands for either are different things.", "Linux arch/arm64 daifflags.h and irqflags.h: with pseudo-NMIs local_irq_save returns PMR and local_daif_save a DAIF word, both unsigned long.", Shown.Direct, Evidence.Breach),
        new(LawIds.MaskLowered, "Who writes a mask register keeps the stricter of what was masked and what he wants.", "Linux 614ab80c9647 \"irqchip/gic-v3: Fix priority mask handling\": the handler left PMR and DAIF in a state that depended on the path.", Shown.Direct, Evidence.Breach),
        new(LawIds.NmiMasked, "The priority mask stays above the priority of NMIs; who must hold those off masks by DAIF.", "The arm64 pseudo-NMI thread of 2015: NMIs have the priority of ordinary interrupts with one bit cleared, and a mask at or below it closes both bands.", Shown.Direct, Evidence.Harm),
        new(LawIds.PriorityView, "A priority is of the same level in every security view.", "Linux 336780590990 \"irqchip/gic-v3: Support pseudo-NMIs when SCR_EL3.FIQ == 0\": the distributor shows Non-secure software a shifted view, and the priority mask does not.", Shown.Direct, Evidence.Breach),
        new(LawIds.MaskUnready, "Interrupts are let in when their stacks and handlers are there, and in an NMI when what was acknowledged is known to be an interrupt.", "Linux 7be4db5c2b59 \"irqchip/gic-v3: Do not enable irqs when handling spurious interrups\" and \"arm64: fix kernel stack overflow in kdump capture kernel\" (PSTATE.I cleared before the IRQ stacks exist).", Shown.Direct, Evidence.Breach) { AlsoBreaks = [LawIds.MaskLowered] },
        new(LawIds.IdleMasked, "A CPU waits for an interrupt only where the priority mask lets it through.", "Linux 22382bd16fae \"arm64: Unmask PMR before going idle\".", Shown.Direct, Evidence.Harm),
        new(LawIds.InterruptEnd, "Each interrupt that was acknowledged is ended once, on its CPU, in reverse order, and nothing else is.", "Linux \"irqchip/gic-v3: Do not enable irqs when handling spurious interrups\" (stable 7be4db5c2b59): what IAR returns decides about handling and end, the special INTIDs too.", Shown.Direct, Evidence.Harm),
        new(LawIds.WritePending, "What needs an interrupt disabled waits until the disable has taken effect.", "Xen d86cf3cbd4 (the distributor's RWP bit polled in a redistributor), and TF-A 66668c77c (RWP after EnableLPIs is cleared).", Shown.Direct, Evidence.Breach),
        new(LawIds.RedistributorPower, "A CPU leaves the interrupt controller with its group off, and uses it only when its redistributor is awake.", "TF-A 5a5e0aac3 (barrier between group disable and sleep of a redistributor), and Xen 18b718b6af (ICC_CTLR written instead of IGRPEN1 at power-down).", Shown.Direct, Evidence.Breach),
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0301", "MaskNotRestored", LawIds.MaskRestore, Tier.Live,
            "Saved mask not restored, or not in its turn",
            "'{0}' {1}. {2}.",
            Fix: "Restore the mask on every path"),
        new("IRQ0302", "UnconditionalEnable", LawIds.MaskEnable, Tier.Live,
            "Interrupts turned on where somebody relies on them being off",
            "'{0}' {1}{2}. {3}.",
            Fix: "Save the mask and restore it"),
        new("IRQ0303", "FlagKindsMixed", LawIds.FlagKind, Tier.Live,
            "Mask word of one kind used as another",
            "'{0}': {1} is {2}. Give it back to {3}.",
            Fix: "Restore by the operation the word came from"),
        new("IRQ0304", "MaskLowered", LawIds.MaskLowered, Tier.Live,
            "Mask register written with less than what is masked",
            "'{0}' writes {1}, which lets {2} in that {3}{4}. Restore what was saved, or keep the stricter of both.",
            NoFixBecause: "where the state before should be saved is not known"),
        new("IRQ0305", "NmiMasked", LawIds.NmiMasked, Tier.Live,
            "Priority mask that holds back NMIs too",
            "'{0}' {1}{2}. Mask interrupts with a value above it, and NMIs by DAIF.",
            NoFixBecause: "whether NMIs are meant to be held off, and then by DAIF, is not known"),
        new("IRQ0306", "PriorityView", LawIds.PriorityView, Tier.Live,
            "Priority that means another level in another security view",
            "'{0}' is given priority {1}, which is {2}, but {3} where the distributor shows the Non-secure view (stored as {4}). {5}.",
            NoFixBecause: "which view the program keeps its priorities in is not known"),
        new("IRQ0307", "IdleMasked", LawIds.IdleMasked, Tier.Live,
            "Wait for an interrupt that the priority mask holds back",
            "'{0}' waits for an interrupt in code that masks interrupts by priority{1}: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.",
            Fix: "Wait with the priority mask open"),
        new("IRQ0308", "UnmaskedTooEarly", LawIds.MaskUnready, Tier.Live,
            "Interrupts let in before what they need is there",
            "'{0}' lets {1} in before {2}{3}. {4}.",
            Fix: "Test for special INTIDs first"),
        new("IRQ0351", "MaskNotRestoredBuild", LawIds.MaskRestore, Tier.Build,
            "Mask that another type saved and returned, not restored or not in its turn",
            "'{0}' {1}. {2}.",
            NoFixBecause: "which operation restores what the other type returns is not known"),
        new("IRQ0352", "UnconditionalEnableBuild", LawIds.MaskEnable, Tier.Build,
            "Interrupts turned on where another type relies on them being off",
            "'{0}' {1}{2}. {3}.",
            NoFixBecause: "the path crosses types: its other callers may rely on it to turn them on"),
        new("IRQ0354", "MaskLoweredBuild", LawIds.MaskLowered, Tier.Build,
            "Mask register written with less than what another type masked",
            "'{0}' writes {1}, which lets {2} in that {3}{4}. Restore what was saved, or keep the stricter of both.",
            NoFixBecause: "where the state before should be saved is not known"),
        new("IRQ0357", "IdleMaskedBuild", LawIds.IdleMasked, Tier.Build,
            "Wait for an interrupt that another type masked by priority",
            "'{0}' waits for an interrupt in code that masks interrupts by priority{1}: an IRQ is not signalled there and never wakes the CPU. Wait as cpu_do_idle does, masked by DAIF with PMR open.",
            NoFixBecause: "the path crosses types: other callers may have interrupts on"),
    ];
}
