using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 02: NMI.</summary>
internal static class Family02Nmi
{
    private const string DebugIpi = "The arm64 debug IPI thread: \"Re: [PATCH v9 3/7] arm64: Add framework for a debug IPI\", linux-arm-kernel, 22 August 2023.";

    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.NmiBlockingLock, "An NMI never waits for a lock that the code it interrupted may hold.", "Linux 2a78b85b70f9 \"kdb: Make kdb_printf() console handling more robust\" (a CPU rounded up by NMI may hold the console port lock); bd2d76455b65 \"sched_ext: Defer scx_hardlockup() out of NMI\".", Shown.Direct, Evidence.Harm),
        new(LawIds.NmiUnsafeCall, "An NMI calls only what is safe from NMI.", "Linux 05ab72813340 (the arm64 PMU handler ran irq_work from what became an NMI); KVM \"Make overflow handler NMI safe\" (a wake-up in an NMI).", Shown.Direct, Evidence.Harm),
        new(LawIds.NmiSafePromise, "What is declared safe from NMI is.", "Linux 156172a13ff0 \"irq_work: Make irq_work_queue() NMI-safe again\".", Shown.ThroughOperation, Evidence.Harm),
        new(LawIds.NmiRequestConstraint, "A request for an NMI asks for what an NMI line can give.", "Linux b525903c254d \"genirq: Provide basic NMI management for interrupt lines\": a line that is shared, not per CPU or enabled by the request itself is refused.", Shown.Direct, Evidence.Breach),
        new(LawIds.LineProtocol, "An interrupt line is requested, prepared, enabled, disabled, torn down and freed in that order, on each CPU.", DebugIpi, Shown.Direct, Evidence.Breach),
        new(LawIds.LineFlavour, "Every operation on a line is of the flavour the line was requested with.", DebugIpi, Shown.Direct, Evidence.Breach),
        new(LawIds.FlavourAfterRefusal, "The flavour of a line is what its request returned, not what was wanted.", DebugIpi, Shown.Direct, Evidence.Breach),
        new(LawIds.NmiShared, "A lock taken in an NMI is not shared with code that the NMI can interrupt.", "Linux APEI in_nmi() rework: one lock and one mapping slot shared by SEA, SDEI and NMI.", Shown.Direct, Evidence.Harm),
        new(LawIds.HandlerRole, "A handler that may run as an NMI or as an IRQ keeps the rules of both.", DebugIpi, Shown.Direct, Evidence.Harm),
        new(LawIds.ContextLegal, "An operation runs only where its contract allows it.", "Linux kernel/irq/manage.c: prepare_percpu_nmi warns when preemptible.", Shown.Direct, Evidence.Breach),
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0201", "BlockingLockInNmi", LawIds.NmiBlockingLock, Tier.Live,
            "Blocking lock in NMI",
            "'{0}' may have to wait for {1} in {2}{3}: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.",
            Fix: "Use the NMI-safe alternative"),
        new("IRQ0202", "UnsafeCallInNmi", LawIds.NmiUnsafeCall, Tier.Live,
            "Call that is not NMI-safe in NMI",
            "'{0}' is not safe in {1}: it {2}{3}. Defer it through irq_work.",
            Fix: "Defer through irq_work"),
        new("IRQ0203", "NmiSafePromiseBroken", LawIds.NmiSafePromise, Tier.Live,
            "[NmiSafe] body is not NMI-safe",
            "'{0}' is declared [NmiSafe], but '{1}' {2}{3}. Defer it through irq_work, or drop the promise.",
            Fix: "Defer through irq_work"),
        new("IRQ0204", "NmiRequestRefused", LawIds.NmiRequestConstraint, Tier.Live,
            "NMI request that is always refused",
            "'{0}' refuses {1}, because {2}. {3}.",
            Fix: "Correct the flags"),
        new("IRQ0205", "LineProtocolOrder", LawIds.LineProtocol, Tier.Live,
            "Interrupt line operation out of order",
            "'{0}' on '{1}': {2}{3}",
            Fix: "Prepare the NMI first"),
        new("IRQ0206", "LineFlavourMixed", LawIds.LineFlavour, Tier.Live,
            "Operation of the wrong flavour for the line",
            "'{0}' on '{1}': {2}{3}",
            Fix: "Use the call of the line's flavour"),
        new("IRQ0207", "FlavourFromPredicate", LawIds.FlavourAfterRefusal, Tier.Live,
            "Flavour taken from the predicate although the NMI request can fail",
            "'{0}' on '{1}' is chosen by {2}, but the request as an NMI in '{3}' may have failed. Record what the request returned and choose by that.",
            NoFixBecause: "where to record the outcome is a decision of the program"),
        new("IRQ0208", "LockSharedWithPreempted", LawIds.NmiShared, Tier.Live,
            "Lock shared by an NMI and the code it interrupts",
            "'{0}' takes {1} in {2}{3}, and '{4}' holds it in {5}, which that can interrupt. Use a try form in the NMI, or a lock of its own.",
            NoFixBecause: "what the NMI should do without the lock is not known"),
        new("IRQ0209", "HandlerRole", LawIds.HandlerRole, Tier.Live,
            "Handler registered for a context its contract excludes",
            "'{0}' declares that it runs in {1}, but is registered here to run in {2}. Write it for both and declare both, or register another handler.",
            NoFixBecause: "the handler's body must be made safe first"),
        new("IRQ0210", "OutsideLegalContext", LawIds.ContextLegal, Tier.Live,
            "Operation outside its legal context",
            "'{0}' {1}, but runs in {2}{3}",
            NoFixBecause: "where the operation belongs is a decision of the program"),
        new("IRQ0251", "BlockingLockInNmiBuild", LawIds.NmiBlockingLock, Tier.Build,
            "Blocking lock reached from an NMI in another type",
            "'{0}' may have to wait for {1} in {2}{3}: the interrupted code may hold it. Use a try form, a lock of the NMI's own, or defer the work.",
            NoFixBecause: "the path crosses types: declare the context on the method it enters, and the live rule offers its fix there"),
        new("IRQ0252", "UnsafeCallInNmiBuild", LawIds.NmiUnsafeCall, Tier.Build,
            "Call that is not NMI-safe reached from an NMI in another type",
            "'{0}' is not safe in {1}: it {2}{3}. Defer it through irq_work.",
            NoFixBecause: "the path crosses types: declare the context on the method it enters, and the live rule offers its fix there"),
        new("IRQ0258", "LockSharedWithPreemptedBuild", LawIds.NmiShared, Tier.Build,
            "Lock shared by an NMI and the code it interrupts, in several types",
            "'{0}' takes {1} in {2}{3}, and '{4}' holds it in {5}, which that can interrupt. Use a try form in the NMI, or a lock of its own.",
            NoFixBecause: "what the NMI should do without the lock is not known"),
    ];
}
