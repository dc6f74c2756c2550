using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>A lock of a class is held while these contexts may arrive.</summary>
/// <param name="Hold">How it is held.</param>
/// <param name="To">The contexts that may arrive.</param>
/// <param name="Holds">Everything held then.</param>
/// <param name="Site">Where.</param>
public sealed record LockOpening(HoldMode Hold, Context To, HeldSet Holds, string Site);

/// <summary>A lock of a class is waited for in these interrupt-like contexts.</summary>
/// <param name="Wait">How.</param>
/// <param name="In">The contexts.</param>
/// <param name="Holds">Everything held then, in the handler.</param>
/// <param name="Site">Where.</param>
public sealed record LockUse(WaitMode Wait, Context In, HeldSet Holds, string Site);

/// <summary>
/// How a lock class is used with respect to interrupts: the "used in" and "used with … enabled" bits, apart for each context, reader and
/// writer. Source: Linux <c>Documentation/locking/lockdep-design.rst</c> ("State").
/// </summary>
public sealed class LockUsage
{
    private readonly List<LockOpening> _openings = [];
    private readonly List<LockUse> _uses = [];

    /// <summary>When it is held with some context enabled. Only what adds to the rest is kept.</summary>
    public IReadOnlyList<LockOpening> Openings => _openings;

    /// <summary>When it is waited for in an interrupt-like context.</summary>
    public IReadOnlyList<LockUse> Uses => _uses;

    /// <summary>The contexts in which it is waited for in this way.</summary>
    public Context UsedIn(WaitMode wait) => _uses.Where(use => use.Wait == wait).Aggregate(Context.None, (all, use) => all | use.In);

    /// <summary>The contexts that may arrive while it is held in this way.</summary>
    public Context OpenTo(HoldMode hold) => _openings.Where(opening => opening.Hold == hold).Aggregate(Context.None, (all, opening) => all | opening.To);

    /// <summary>Adds an opening; false when it says nothing new.</summary>
    public bool Add(LockOpening opening)
    {
        if (_openings.Exists(known => Covers(known, opening)))
        {
            return false;
        }

        _openings.RemoveAll(known => Covers(opening, known));
        _openings.Add(opening);
        return true;
    }

    /// <summary>Adds a use; false when it says nothing new.</summary>
    public bool Add(LockUse use)
    {
        if (_uses.Exists(known => Covers(known, use)))
        {
            return false;
        }

        _uses.RemoveAll(known => Covers(use, known));
        _uses.Add(use);
        return true;
    }

    private static bool Covers(LockOpening one, LockOpening other) =>
        one.Hold <= other.Hold && (other.To & ~one.To) == 0 && one.Holds.IsWithin(other.Holds);

    private static bool Covers(LockUse one, LockUse other) =>
        one.Wait <= other.Wait && (other.In & ~one.In) == 0 && one.Holds.IsWithin(other.Holds);
}
