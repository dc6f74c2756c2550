using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>How far a lock is held.</summary>
public enum LockHold
{
    /// <summary>It is not.</summary>
    No,

    /// <summary>As a reader.</summary>
    Shared,

    /// <summary>Alone.</summary>
    Exclusive,

    /// <summary>Not known, which decides nothing.</summary>
    Unknown,
}

/// <summary>What touching a field or property needs: the one form to which <c>[GuardedBy]</c>, <c>[OwnedBy]</c> and <c>[WriteOnce]</c> are read.</summary>
/// <param name="All">The locks of which writing needs all.</param>
/// <param name="ReadAny">Further locks of which any is enough for reading.</param>
/// <param name="Contexts">The contexts that own it; none when no context does.</param>
/// <param name="Within">The section that owns it; none when no section does.</param>
/// <param name="Phase">The phase in which it is written; null when it may be written at any time.</param>
public sealed record DataContract(IReadOnlyList<string> All, IReadOnlyList<string> ReadAny, Context Contexts, Section Within, string? Phase)
{
    /// <summary>Touching it needs nothing.</summary>
    public static DataContract Nothing { get; } = new([], [], Context.None, Section.None, null);

    /// <summary>True when locks guard it.</summary>
    public bool IsGuarded => All.Count > 0 || ReadAny.Count > 0;

    /// <summary>Every lock that it names.</summary>
    public IEnumerable<string> Locks => All.Concat(ReadAny);

    /// <summary>The lock for want of which an access is illegal; null when it is legal, or not known to be illegal.</summary>
    /// <param name="writes">True for a write.</param>
    /// <param name="holds">How far a lock of the contract is held.</param>
    public string? Missing(bool writes, Func<string, LockHold> holds)
    {
        if (writes)
        {
            return All.FirstOrDefault(one => holds(one) is LockHold.No or LockHold.Shared);
        }

        return IsGuarded && Locks.All(one => holds(one) == LockHold.No) ? Locks.First() : null;
    }

    /// <summary>True when an access in this situation is by somebody else than the owner.</summary>
    public bool IsForeign(Situation situation)
    {
        if (situation.Contexts == Context.None)
        {
            return false;
        }

        bool inSection = Within == Section.None || (situation.Within & Within) == Within || (Within == Section.PreemptOff && situation.Masked != Mask.None);
        return (Contexts != Context.None && (situation.Contexts & ~Contexts) != 0) || !inSection;
    }
}

/// <summary>What an operation does to data.</summary>
/// <param name="Data"><c>this</c> or the name of a parameter.</param>
/// <param name="Writes">True when it writes.</param>
/// <param name="Marked">True when the access is marked as concurrent.</param>
public sealed record DataEffect(string Data, bool Writes, bool Marked);
