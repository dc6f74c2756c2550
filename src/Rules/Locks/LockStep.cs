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
    private readonly Dictionary<object, HoldMode> _modes;

    private HeldSet(Dictionary<object, HoldMode> modes) => _modes = modes;

    /// <summary>Nothing held.</summary>
    public static HeldSet Empty { get; } = new([]);

    /// <summary>The held locks that are known to be one lock each and keep others out.</summary>
    public static HeldSet Of(IEnumerable<HeldLock> held)
    {
        Dictionary<object, HoldMode>? modes = null;
        foreach (HeldLock each in held)
        {
            if (each.Lock.IsUnique && each.Kind.KeepsOutOthers())
            {
                modes ??= [];
                var key = (each.Class.Name, each.Lock.Instance);
                modes[key] = modes.TryGetValue(key, out HoldMode known) && known < each.Hold ? known : each.Hold;
            }
        }

        return modes is null ? Empty : new HeldSet(modes);
    }

    /// <summary>Both: interrupted code and its handler.</summary>
    public HeldSet With(HeldSet other)
    {
        var modes = new Dictionary<object, HoldMode>(_modes);
        foreach (KeyValuePair<object, HoldMode> each in other._modes)
        {
            modes[each.Key] = modes.TryGetValue(each.Key, out HoldMode known) && known < each.Value ? known : each.Value;
        }

        return new HeldSet(modes);
    }

    /// <summary>False when two tasks cannot hold these two sets at the same time.</summary>
    public bool CanCoexistWith(HeldSet other)
    {
        foreach (KeyValuePair<object, HoldMode> each in _modes)
        {
            if (other._modes.TryGetValue(each.Key, out HoldMode theirs) && (each.Value == HoldMode.Exclusive || theirs == HoldMode.Exclusive))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True when whatever coexists with <paramref name="other"/> coexists with this set too.</summary>
    public bool IsWithin(HeldSet other)
    {
        foreach (KeyValuePair<object, HoldMode> each in _modes)
        {
            if (!other._modes.TryGetValue(each.Key, out HoldMode theirs) || each.Value < theirs)
            {
                return false;
            }
        }

        return true;
    }
}
