using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>What one task may take inside what it holds: the part of the lock rules that needs nothing but the moment itself.</summary>
public static class LockNesting
{
    /// <summary>
    /// The held lock that keeps its own holder from getting the wanted one; null when there is none. The nest lock named for the acquire is
    /// responsible for what was taken inside it, not for what was held before.
    /// </summary>
    /// <param name="held">What is held, outermost first.</param>
    /// <param name="wanted">What is about to be taken.</param>
    /// <param name="nest">The nest lock, as it stands in <paramref name="held"/>; null when none is named.</param>
    public static HeldLock? KeepsUpItsHolder(IEnumerable<HeldLock> held, HeldLock wanted, HeldLock? nest) => wanted.IsTry
        ? null
        : held.TakeWhile(outer => !ReferenceEquals(outer, nest)).LastOrDefault(outer => outer.Class == wanted.Class && outer.Hold.Blocks(wanted.Wait));

    /// <summary>What taking a lock is that its holder keeps itself from.</summary>
    public static LockReportKind KindOf(HeldLock held, HeldLock wanted) =>
        !held.Lock.IsSameLock(wanted.Lock) ? LockReportKind.ClassNesting
        : held.Hold == HoldMode.Shared ? LockReportKind.ReaderRecursion
        : LockReportKind.Recursion;

    /// <summary>
    /// The held locks that the wanted one is ordered after. For a second lock of a class, those taken inside the nest lock do not count: the nest
    /// lock lets one task in at a time. A ticket does not.
    /// </summary>
    public static IReadOnlyList<HeldLock> OrderedBefore(IReadOnlyList<HeldLock> held, HeldLock wanted, HeldLock? nest)
    {
        if (nest is null || !nest.Kind.KeepsOutOthers() || !held.Any(outer => outer.Class == wanted.Class))
        {
            return held;
        }

        return held.Any(outer => ReferenceEquals(outer, nest)) ? [.. held.TakeWhile(outer => !ReferenceEquals(outer, nest)), nest] : [];
    }

    /// <summary>How hard code may wait in these contexts and sections with these kinds of locks held.</summary>
    /// <param name="contexts">Every context it may run in; none stands for a task.</param>
    /// <param name="within">The sections that hold there; among them, for a handler that no build runs in a thread, <see cref="Section.NeverThreaded"/>.</param>
    /// <param name="held">The kinds of the locks held in the same context.</param>
    public static WaitType WaitLimit(Context contexts, Section within, IEnumerable<LockKind> held)
    {
        WaitType limit = WaitTypes.Within(within);
        bool threaded = (within & Section.NeverThreaded) == 0;
        foreach (Context context in contexts.Each())
        {
            limit = Lower(limit, WaitTypes.Within(context, threaded));
        }

        return held.Aggregate(limit, (lowest, kind) => Lower(lowest, WaitTypes.Within(kind)));
    }

    private static WaitType Lower(WaitType one, WaitType other) => (WaitType)Math.Min((int)one, (int)other);
}
