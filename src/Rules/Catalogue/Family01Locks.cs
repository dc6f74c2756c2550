using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 01: locks.</summary>
internal static class Family01Locks
{
    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.LockOrder, "Lock classes are taken in one order everywhere.", "Linux kernel/locking/lockdep.c: two tasks that take two locks in opposite orders wait for each other.", Shown.Direct, Evidence.Harm),
        new(LawIds.AtomicSleep, "Nothing sleeps in an interrupt, with interrupts masked or with preemption off.", "Linux 11635fa26dc7 (GICv3 ITS: a mutex under the irq descriptor lock).", Shown.Direct, Evidence.Breach),
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0116", "SleepInAtomic", LawIds.AtomicSleep, Tier.Live,
            "Sleeping operation in atomic context",
            "'{0}' may sleep, but runs in {1}{2}. Move it to task context, or defer it to a work queue.",
            NoFixBecause: "moving work to another context changes when it happens"),
    ];
}
