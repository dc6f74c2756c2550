using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// One link of a possible deadlock: somebody holds <see cref="From"/> and waits for <see cref="To"/>. Ordinarily both are one code path's; with
/// <see cref="Interrupt"/> the holder was interrupted, and the handler waits.
/// </summary>
/// <param name="From">The class that is held.</param>
/// <param name="Hold">How.</param>
/// <param name="To">The class that is waited for.</param>
/// <param name="Wait">How.</param>
/// <param name="Interrupt">The context that interrupts the holder and waits; <see cref="Context.None"/> for one code path.</param>
/// <param name="Holds">Everything that is held at that moment and keeps others out, <see cref="From"/> included.</param>
/// <param name="HeldAt">Where <see cref="From"/> was taken.</param>
/// <param name="WaitedAt">Where <see cref="To"/> is waited for.</param>
public sealed record LockStep(
    LockClassKey From,
    HoldMode Hold,
    LockClassKey To,
    WaitMode Wait,
    Context Interrupt,
    HeldSet Holds,
    string HeldAt,
    string WaitedAt)
{
    /// <summary>True when <paramref name="next"/> can follow: its holder keeps up this waiter.</summary>
    public bool LeadsTo(LockStep next) => To == next.From && next.Hold.Blocks(Wait);

    /// <summary>True when this step makes <paramref name="other"/> superfluous: it blocks at least as much and holds no more.</summary>
    public bool Covers(LockStep other) =>
        From == other.From && To == other.To && Interrupt == other.Interrupt
        && Hold <= other.Hold && Wait <= other.Wait && Holds.IsWithin(other.Holds);

    /// <inheritdoc/>
    public override string ToString() => Interrupt == Context.None
        ? $"{From} (held, {HeldAt}) → {To} ({WaitedAt})"
        : $"{From} (held, {HeldAt}) interrupted by {Interrupt.Describe()} → {To} ({WaitedAt})";
}

/// <summary>The locks that one task holds at one moment, as far as they keep other tasks out.</summary>
public sealed class HeldSet
{
    // A handful: looked through, not hashed.
    private readonly Entry[] _locks;

    private HeldSet(Entry[] locks) => _locks = locks;

    /// <summary>Nothing held.</summary>
    public static HeldSet Empty { get; } = new([]);

    /// <summary>The held locks that are known to be one lock each and keep others out.</summary>
    public static HeldSet Of(IReadOnlyList<HeldLock> held)
    {
        int count = 0;
        for (int i = 0; i < held.Count; i++)
        {
            count += KeepsOutOthers(held[i]) ? 1 : 0;
        }

        if (count == 0)
        {
            return Empty;
        }

        var locks = new Entry[count];
        count = 0;
        for (int i = 0; i < held.Count; i++)
        {
            if (KeepsOutOthers(held[i]))
            {
                Add(locks, ref count, new Entry(held[i].Class.Name, held[i].Lock.Instance, held[i].Hold));
            }
        }

        return Of(locks, count);
    }

    /// <summary>Both: interrupted code and its handler.</summary>
    public HeldSet With(HeldSet other)
    {
        if (_locks.Length == 0 || other._locks.Length == 0)
        {
            return _locks.Length == 0 ? other : this;
        }

        var locks = new Entry[_locks.Length + other._locks.Length];
        _locks.CopyTo(locks, 0);
        int count = _locks.Length;
        foreach (Entry each in other._locks)
        {
            Add(locks, ref count, each);
        }

        return Of(locks, count);
    }

    /// <summary>False when two tasks cannot hold these two sets at the same time.</summary>
    public bool CanCoexistWith(HeldSet other)
    {
        foreach (Entry each in _locks)
        {
            int at = Find(other._locks, other._locks.Length, each);
            if (at >= 0 && (each.Hold == HoldMode.Exclusive || other._locks[at].Hold == HoldMode.Exclusive))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when whatever coexists with <paramref name="other"/> coexists with this set too.</summary>
    public bool IsWithin(HeldSet other)
    {
        foreach (Entry each in _locks)
        {
            int at = Find(other._locks, other._locks.Length, each);
            if (at < 0 || each.Hold < other._locks[at].Hold)
            {
                return false;
            }
        }

        return true;
    }

    private static bool KeepsOutOthers(HeldLock held) => held.Lock.IsUnique && held.Kind.KeepsOutOthers();

    private static HeldSet Of(Entry[] locks, int count)
    {
        System.Array.Resize(ref locks, count);
        return new HeldSet(locks);
    }

    // Of two holds of one lock the one counts that keeps out more.
    private static void Add(Entry[] locks, ref int count, Entry one)
    {
        int at = Find(locks, count, one);
        if (at < 0)
        {
            locks[count++] = one;
        }
        else if (one.Hold < locks[at].Hold)
        {
            locks[at] = one;
        }
    }

    private static int Find(Entry[] locks, int count, Entry one)
    {
        for (int i = 0; i < count; i++)
        {
            if (locks[i].Class == one.Class && locks[i].Instance.Equals(one.Instance))
            {
                return i;
            }
        }

        return -1;
    }

    private readonly record struct Entry(string Class, object Instance, HoldMode Hold);
}
