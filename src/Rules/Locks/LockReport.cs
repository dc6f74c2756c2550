using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>What is wrong with the use of a lock.</summary>
public enum LockReportKind
{
    /// <summary>Lock classes are taken in orders that form a ring.</summary>
    OrderCycle,

    /// <summary>A class is waited for while one is held that the declared order takes after it.</summary>
    AgainstDeclaredOrder,

    /// <summary>A lock that a handler waits for is held with that handler's interrupt enabled.</summary>
    InterruptUse,

    /// <summary>A ring that passes through an interrupt: the handler waits for one lock, what it interrupts holds another, and a path joins them.</summary>
    InterruptCycle,

    /// <summary>A lock is taken again by its holder.</summary>
    Recursion,

    /// <summary>A lock is taken again by its reader: as a writer, or as a reader that a waiting writer keeps out.</summary>
    ReaderRecursion,

    /// <summary>Another lock of a held class is taken, without subclass or nest lock.</summary>
    ClassNesting,

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

    /// <summary>The report of steps that together are against the declared order.</summary>
    /// <param name="chain">The steps, from what is held to what is waited for.</param>
    /// <param name="declared">What is declared.</param>
    /// <param name="site">Where the last lock is waited for.</param>
    public static LockReport AgainstOrder(IReadOnlyList<LockStep> chain, string declared, string site)
    {
        LockStep last = chain[chain.Count - 1];
        return new(LockReportKind.AgainstDeclaredOrder, last.To, site, $"{last.To} is taken inside {chain[0].From}, against the declared order ({declared}): {string.Join(", ", chain)}", chain)
        {
            Declared = declared,
        };
    }

    /// <summary>What is declared; null where the report is not about a declaration.</summary>
    public string? Declared { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Site}: {Text}";
}
