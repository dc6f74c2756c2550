using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 08: inter-processor interrupts.</summary>
internal static class Family08Ipi
{
    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.CrossCallWait, "Nobody waits for other CPUs with interrupts masked, or from an interrupt.", "Linux 19dbdcb8039c \"smp: Warn on function calls from softirq context\", beside the older warning for disabled interrupts in kernel/smp.c: two CPUs that call each other wait for ever.", Shown.Direct, Evidence.Harm),
        new(LawIds.StopOrder, "CPUs are asked to stop by an ordinary IPI and given time before an NMI stops them.", "Linux \"arm64: smp: smp_send_stop() and crash_smp_send_stop() should try non-NMI first\" (2024).", Shown.Direct, Evidence.Harm) { AlsoBreaks = [LawIds.StoppedCpu] },
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0801", "IpiFlavoursDiffer", LawIds.LineFlavour, Tier.Live,
            "Flavours that differ for one IPI",
            "'{0}' on '{1}' is the {2} call, but '{3}' uses the {4} call for the same line on the same condition. Use one flavour for request, enable, disable and tear-down.",
            NoFixBecause: "which of the two sides is wrong is not known"),
        new("IRQ0802", "CrossCallWait", LawIds.CrossCallWait, Tier.Live,
            "Waiting for other CPUs where this one cannot answer",
            "'{0}' waits for other CPUs in {1}{2}: another CPU may wait for this one in the same way. Call it with interrupts on.",
            NoFixBecause: "what must stay atomic is not known"),
        new("IRQ0803", "StopOrder", LawIds.StopOrder, Tier.Live,
            "CPU stop starts with the NMI",
            "'{0}': {1}{2}",
            NoFixBecause: "how long to wait is a decision of the program"),
        new("IRQ0852", "CrossCallWaitBuild", LawIds.CrossCallWait, Tier.Build,
            "Waiting for other CPUs, reached from another type, where this one cannot answer",
            "'{0}' waits for other CPUs in {1}{2}: another CPU may wait for this one in the same way. Call it with interrupts on.",
            NoFixBecause: "what must stay atomic is not known"),
    ];
}
