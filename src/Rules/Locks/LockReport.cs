using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>What is wrong with the use of a lock.</summary>
public enum LockReportKind
{
    /// <summary>Lock classes are taken in orders that form a ring.</summary>
    OrderCycle,

    /// <summary>A lock that a handler waits for is held with that handler's interrupt enabled.</summary>
    InterruptUse,

    /// <summary>A ring that passes through an interrupt: the handler waits for one lock, what it interrupts holds another, and a path joins them.</summary>
    InterruptCycle,

    /// <summary>A lock of a held class is taken again, without subclass or nest lock.</summary>
    Recursion,

    /// <summary>The outer lock named for a nested acquire is not held.</summary>
    NestLockNotHeld,

    /// <summary>What is taken may wait harder than what is around it allows.</summary>
    WaitContext,

    /// <summary>A lock is released that is not held here.</summary>
    NotHeld,

    /// <summary>A lock is released as a reader that is held as a writer, or the reverse.</summary>
    ReleasedInOtherMode,

    /// <summary>A held lock is initialised.</summary>
    InitialisedWhileHeld,

    /// <summary>A handler returns with a lock held.</summary>
    HeldOnReturn,

    /// <summary>The protocol of a wound/wait ticket is broken.</summary>
    Ticket,
}

/// <summary>One fault.</summary>
/// <param name="Kind">What is wrong.</param>
/// <param name="Class">The class that is guilty.</param>
/// <param name="Site">Where.</param>
/// <param name="Text">The fault in one sentence.</param>
/// <param name="Ring">For rings: the steps, the one that closed it first.</param>
public sealed record LockReport(LockReportKind Kind, LockClassKey Class, string Site, string Text, IReadOnlyList<LockStep> Ring)
{
    /// <summary>A fault without a ring.</summary>
    public LockReport(LockReportKind kind, LockClassKey @class, string site, string text)
        : this(kind, @class, site, text, [])
    {
    }

    /// <summary>The report of a ring found at this place.</summary>
    public static LockReport OfRing(IReadOnlyList<LockStep> ring, string site)
    {
        LockStep? interrupt = ring.FirstOrDefault(step => step.Interrupt != Context.None);
        string path = string.Join(", ", ring);
        return interrupt switch
        {
            null => new(LockReportKind.OrderCycle, ring[0].To, site, $"{ring[0].To} is taken inside {ring[0].From}, and elsewhere the other way round: {path}", ring),
            _ when ring.Count == 1 => new(LockReportKind.InterruptUse, interrupt.To, site, $"{interrupt.To} is taken in {interrupt.Interrupt.Describe()}, which may interrupt its holder: {path}", ring),
            _ => new(LockReportKind.InterruptCycle, interrupt.To, site, $"{interrupt.To} is taken in {interrupt.Interrupt.Describe()}, which may interrupt the holder of {interrupt.From}, and a path leads from one to the other: {path}", ring),
        };
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Site}: {Text}";
}
