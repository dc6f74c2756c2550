using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>Family 01: locks.</summary>
internal static class Family01Locks
{
    public static IReadOnlyList<Law> Laws { get; } =
    [
        new(LawIds.LockOrder, "Lock classes are taken in one order everywhere.", "Linux kernel/locking/lockdep.c: two tasks that take two locks in opposite orders wait for each other.", Shown.Direct, Evidence.Harm),
        new(LawIds.LockRecursion, "Whoever holds a lock does not wait for it, nor for another of its class without saying which comes first.", "Linux kernel/locking/lockdep.c (\"possible recursive locking detected\"): a spin lock or mutex is not counted, so its holder waits for itself for ever.", Shown.Direct, Evidence.Harm),
        new(LawIds.LockLeak, "What a method takes it releases on every path, unless its contract says that it returns with it.", "An early return between lock and unlock, the commonest lock bug of drivers; smatch and Clang's thread safety analysis look for nothing else first.", Shown.None, Evidence.None),
        new(LawIds.LockUnheldRelease, "Only what is held is released.", "Linux kernel/locking/lockdep.c (\"bad unlock balance detected\").", Shown.Direct, Evidence.Breach),
        new(LawIds.LockIrqUnsafeUse, "A lock that a handler waits for is held only with that interrupt off.", "Linux kernel/locking/lockdep.c (\"inconsistent lock state\").", Shown.Direct, Evidence.Harm),
        new(LawIds.LockIrqUnsafeDependency, "Inside a lock that a handler waits for, no lock is waited for that is elsewhere held with that interrupt on.", "Linux kernel/locking/lockdep.c (\"irq lock inversion dependency\").", Shown.Direct, Evidence.Predicted),
        new(LawIds.LockWaitType, "A lock is not taken where code may only wait less hard than it does.", "Linux Documentation/locking/locktypes.rst (lock type nesting rules): a spin lock sleeps on PREEMPT_RT, a raw one does not.", Shown.Direct, Evidence.Breach),
        new(LawIds.LockHeldOnReturn, "A handler releases every lock it took before it returns.", "Linux kernel/locking/lockdep.c (\"lock held when returning to user space\"), for handlers.", Shown.Direct, Evidence.Breach),
        new(LawIds.LockInitialised, "A lock is not initialised while it is held.", "Linux kernel/locking/lockdep.c (\"held lock freed\"): the holder loses it without knowing.", Shown.Direct, Evidence.Breach),
        new(LawIds.LockNest, "A nested acquire stands under the lock that makes it legal.", "Linux kernel/locking/lockdep.c (\"nested lock was not taken\").", Shown.Direct, Evidence.Breach),
        new(LawIds.LockTicket, "A wound/wait ticket is opened, used for its class, marked done and closed in this order.", "Linux Documentation/locking/ww-mutex-design.rst, the checks of CONFIG_DEBUG_WW_MUTEXES.", Shown.Direct, Evidence.Breach),
        new(LawIds.AtomicSleep, "Nothing sleeps in an interrupt, with interrupts masked or with preemption off.", "Linux 11635fa26dc7 (GICv3 ITS: a mutex under the irq descriptor lock).", Shown.Direct, Evidence.Breach),
    ];

    public static IReadOnlyList<Rule> Rules { get; } =
    [
        new("IRQ0101", "LockOrderInversion", LawIds.LockOrder, Tier.Live,
            "Lock classes taken in opposite orders",
            "'{0}' takes {1} while {2} is held, but {3}. Take them in one order everywhere.",
            NoFixBecause: "which order is meant is not known"),
        new("IRQ0103", "SameLockTwice", LawIds.LockRecursion, Tier.Live,
            "Lock, or one of its class, taken again by its holder",
            "'{0}' waits for {1}, {2}{3}. {4}.",
            NoFixBecause: "which of the two sections should hold the lock is not known"),
        new("IRQ0104", "LockNotReleased", LawIds.LockLeak, Tier.Live,
            "Lock not released",
            "'{0}' returns{1} with {2} held. {3}.",
            NoFixBecause: "where the section should end is not known"),
        new("IRQ0105", "ReleasedButNotHeld", LawIds.LockUnheldRelease, Tier.Live,
            "Lock released that is not held",
            "'{0}' releases {1}, which is not held on some path here. Release it once, where it was taken.",
            NoFixBecause: "which of the releases is wrong is not known"),
        new("IRQ0107", "IrqUnsafeUse", LawIds.LockIrqUnsafeUse, Tier.Live,
            "Lock of a handler held with its interrupt on",
            "'{0}' takes {1} with interrupts on{2}, and '{3}' waits for it in {4}, which may interrupt the holder. Take it with interrupts off.",
            NoFixBecause: "whether the flags are saved or interrupts are known to be on is a decision of the program"),
        new("IRQ0108", "IrqUnsafeDependency", LawIds.LockIrqUnsafeDependency, Tier.Live,
            "Lock held with interrupts on and taken inside a lock of a handler",
            "'{0}' takes {1} with interrupts on, '{2}' waits for {3} in {4}, and {5}. Take it with interrupts off, or do not take it inside the handler's lock.",
            NoFixBecause: "which of the sections should change is not known"),
        new("IRQ0116", "SleepInAtomic", LawIds.AtomicSleep, Tier.Live,
            "Sleeping operation in atomic context",
            "'{0}' may sleep, but runs in {1}{2}. Move it to task context, or defer it to a work queue.",
            NoFixBecause: "moving work to another context changes when it happens"),
        new("IRQ0151", "LockOrderInversionBuild", LawIds.LockOrder, Tier.Build,
            "Lock classes taken in opposite orders, in several types",
            "'{0}' takes {1} while {2} is held, but {3}. Take them in one order everywhere.",
            NoFixBecause: "which order is meant is not known"),
        new("IRQ0153", "SameLockTwiceBuild", LawIds.LockRecursion, Tier.Build,
            "Lock, or one of its class, taken again by its holder through another type",
            "'{0}' waits for {1}, {2}{3}. {4}.",
            NoFixBecause: "which of the two sections should hold the lock is not known"),
        new("IRQ0157", "IrqUnsafeUseBuild", LawIds.LockIrqUnsafeUse, Tier.Build,
            "Lock of a handler held with its interrupt on, in several types",
            "'{0}' takes {1} with interrupts on{2}, and '{3}' waits for it in {4}, which may interrupt the holder. Take it with interrupts off.",
            NoFixBecause: "whether the flags are saved or interrupts are known to be on is a decision of the program"),
        new("IRQ0158", "IrqUnsafeDependencyBuild", LawIds.LockIrqUnsafeDependency, Tier.Build,
            "Lock held with interrupts on and taken inside a lock of a handler, in several types",
            "'{0}' takes {1} with interrupts on, '{2}' waits for {3} in {4}, and {5}. Take it with interrupts off, or do not take it inside the handler's lock.",
            NoFixBecause: "which of the sections should change is not known"),
        new("IRQ0166", "SleepInAtomicBuild", LawIds.AtomicSleep, Tier.Build,
            "Sleeping operation reached in atomic context from another type",
            "'{0}' may sleep, but runs in {1}{2}. Move it to task context, or defer it to a work queue.",
            NoFixBecause: "moving work to another context changes when it happens"),
    ];
}
