using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 03, second part: the interrupt controller and the barriers round it.</summary>
internal static class Family03Gic
{
    private const string CrossesTypes = "the path crosses types: declare on the method what it leaves to its callers, and the live rule offers its fix there";

    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.AcknowledgeSync, "Between the acknowledge of an interrupt and its handler there is a context synchronisation event.", "Linux adf14453d2c0 \"irqchip/gic-v3: Ensure pseudo-NMIs have an ISB between ack and handling\" and 39a06b67c2c1 for ordinary interrupts; Xen 177afec455.", Shown.Direct, Evidence.Breach, Reordering.LateEffect),
        new(LawIds.EarlyDeactivate, "A level line that is not masked is deactivated only after its device has been quieted.", "Arm IHI 0069, 4.1.2: a level interrupt whose line is high is pending again as soon as it is deactivated. Linux kernel/irq/chip.c (handle_fasteoi_irq) ends after the handlers for this reason.", Shown.Direct, Evidence.Breach),
        new(LawIds.NmiPriority, "The priority of an NMI is given to a line only while the line is disabled.", "Linux drivers/irqchip/irq-gic-v3.c (gic_irq_nmi_setup refuses an enabled line: \"Cannot set NMI property of enabled IRQ\").", Shown.Direct, Evidence.Breach),
        new(LawIds.BinaryPoint, "A CPU that comes up writes its binary point and CBPR before it lets Group 1 through.", "Linux drivers/irqchip/irq-gic-v3.c (gic_cpu_sys_reg_init: some firmware hands over to the kernel with the BPR changed from its reset value).", Shown.Direct, Evidence.Breach),
        new(LawIds.RedundantSync, "A write of ICC_PMR_EL1 is self-synchronising: no ISB follows it for its own sake.", "Arm IHI 0069, 12.1.4; Linux arch/arm64/include/asm/irqflags.h (pmr_sync is a DSB, and only where PMHE is set).", Shown.None, Evidence.None),
        new(LawIds.Capability, "What only some machines have is used after asking for it.", "Linux arch/arm64/include/asm/irqflags.h: every use of PMR stands behind system_uses_irq_prio_masking(), because one image runs on GICv2 and GICv3.", Shown.Direct, Evidence.Harm),
        new(LawIds.GicBarrier, "The barriers of the interrupt controller are where its architecture asks for them.", "Xen 3b439f636e (barrier before an SGI), TF-A d88390a07 (ISB between the writes of ICC_SRE_EL2 and ICC_SRE_EL1) and 5a5e0aac3 (barrier after group disable, before the redistributor sleeps).", Shown.Direct, Evidence.Harm, Reordering.LateEffect),
        new(LawIds.StepOrder, "Operations follow and precede each other as their contracts say.", "Linux arch/arm64/kernel/sdei.c, drivers/irqchip/irq-gic-v3.c and every driver with its own accessors: write, barrier, poll.", Shown.None, Evidence.None),
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0310", "AcknowledgeWithoutIsb", LawIds.AcknowledgeSync, Tier.Live,
            "Interrupt handled without an ISB after its acknowledge",
            "'{0}' runs without {1} after '{2}'{3}: the handler may see the state of before the interrupt. Add one before the handler.",
            Fix: "Add the missing barrier"),
        new("IRQ0311", "InterruptEnd", LawIds.InterruptEnd, Tier.Live,
            "Interrupt not ended as it was acknowledged",
            "'{0}' on '{1}': {2}",
            NoFixBecause: "whether the drop or the acknowledge is the mistake, and on which path, is not known"),
        new("IRQ0312", "DeactivatedBeforeQuiet", LawIds.EarlyDeactivate, Tier.Live,
            "Level interrupt deactivated before its device is quiet",
            "'{0}' deactivates the interrupt, and only then '{1}' quiets the device: a level line that is still high is pending again at once. Quiet the device first, or mask the line.",
            NoFixBecause: "what lies between the two may depend on either"),
        new("IRQ0313", "WriteNotAwaited", LawIds.WritePending, Tier.Live,
            "Write of the interrupt controller not awaited",
            "'{0}' {1}: wait until RWP reads 0",
            Fix: "Wait until RWP reads 0"),
        new("IRQ0314", "NmiPriorityOnEnabledLine", LawIds.NmiPriority, Tier.Live,
            "NMI priority written to an enabled line",
            "'{0}' on '{1}': {2}",
            NoFixBecause: "whether the line may be disabled there is not known"),
        new("IRQ0315", "BinaryPointNotSet", LawIds.BinaryPoint, Tier.Live,
            "Binary point relied on but not set on this CPU",
            "'{0}' runs without a {1} after '{2}'{3}: which priorities preempt each other is then what firmware left. Write it on each CPU that comes up.",
            NoFixBecause: "which value the program wants is not known"),
        new("IRQ0316", "RedundantIsb", LawIds.RedundantSync, Tier.Live,
            "ISB after a write of PMR that needs none",
            "The {0} after '{1}' is superfluous: the write is self-synchronising. Remove it.",
            Fix: "Remove the barrier"),
        new("IRQ0317", "CapabilityNotAsked", LawIds.Capability, Tier.Live,
            "Priority masking used without asking for it",
            "'{0}' needs a machine with '{1}', and code here also runs on machines without{2}. Ask first.",
            NoFixBecause: "what the program does on a machine without the capability is not known"),
        new("IRQ0318", "BarrierMissing", LawIds.GicBarrier, Tier.Live,
            "Barrier of the interrupt controller missing",
            "'{0}' runs without {1} {2}{3}. Add one.",
            Fix: "Add the missing barrier"),
        new("IRQ0319", "StepOrder", LawIds.StepOrder, Tier.Live,
            "Order of operations not kept",
            "'{0}' {1}{2}",
            NoFixBecause: "which operation is out of place is a decision of the program"),
        new("IRQ0320", "RedistributorPower", LawIds.RedistributorPower, Tier.Live,
            "CPU leaves or enters the interrupt controller out of order",
            "'{0}': {1}{2}",
            NoFixBecause: "where a CPU leaves the interrupt controller is a decision of the program"),
        new("IRQ0360", "AcknowledgeWithoutIsbBuild", LawIds.AcknowledgeSync, Tier.Build,
            "Interrupt handled without an ISB after its acknowledge in another type",
            "'{0}' runs without {1} after '{2}'{3}: the handler may see the state of before the interrupt. Add one before the handler.",
            NoFixBecause: CrossesTypes),
        new("IRQ0363", "WriteNotAwaitedBuild", LawIds.WritePending, Tier.Build,
            "Write of the interrupt controller in another type not awaited",
            "'{0}' {1}: wait until RWP reads 0",
            NoFixBecause: CrossesTypes),
        new("IRQ0365", "BinaryPointNotSetBuild", LawIds.BinaryPoint, Tier.Build,
            "Binary point relied on but not set on this CPU, through another type",
            "'{0}' runs without a {1} after '{2}'{3}: which priorities preempt each other is then what firmware left. Write it on each CPU that comes up.",
            NoFixBecause: CrossesTypes),
        new("IRQ0367", "CapabilityNotAskedBuild", LawIds.Capability, Tier.Build,
            "Priority masking used without asking for it, as other types do",
            "'{0}' needs a machine with '{1}', and code here also runs on machines without{2}. Ask first.",
            NoFixBecause: "what the program does on a machine without the capability is not known"),
        new("IRQ0368", "BarrierMissingBuild", LawIds.GicBarrier, Tier.Build,
            "Barrier of the interrupt controller missing on a way through another type",
            "'{0}' runs without {1} {2}{3}. Add one.",
            NoFixBecause: CrossesTypes),
    ];
}
