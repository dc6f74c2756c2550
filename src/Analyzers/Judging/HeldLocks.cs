using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>How far a lock that a contract asks for is held in one state of a body that is entered on one way.</summary>
internal static class HeldLocks
{
    /// <summary>How far <paramref name="wanted"/> is held; <paramref name="instead"/> is the lock of another object of its class that is held instead of it.</summary>
    public static LockHold Of(Scope scope, LockVisit visit, PathState state, LockReference wanted, out Holding? instead)
    {
        instead = null;
        if (visit.Known(wanted) is not { Class: { Name.Length: > 0 } lockClass } reference)
        {
            return LockHold.Unknown;
        }

        LockHold best = LockHold.No;
        bool perhaps = false;
        foreach (Holding held in visit.HeldIn(scope, state))
        {
            bool isUnknownLock = held.Lock.Class is not { Name.Length: > 0 } && (held.Lock.Class is null || held.Lock.Class.Kind == lockClass.Kind);
            if (held.Instance == reference.Instance && IsOneLock(held.Instance))
            {
                best = held.Mode == LockMode.Exclusive || best == LockHold.Exclusive ? LockHold.Exclusive : LockHold.Shared;
            }
            else if (isUnknownLock || held.Lock.Class?.Name == lockClass.Name)
            {
                if (!isUnknownLock && AreDifferent(held.Instance, reference.Instance))
                {
                    instead ??= held;
                }
                else
                {
                    perhaps |= isUnknownLock || held.Mode == LockMode.Exclusive;
                    best = best == LockHold.No && !perhaps ? LockHold.Shared : best;
                }
            }
        }

        if (best == LockHold.Shared && lockClass.Kind is LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu)
        {
            // There is no other way to be inside.
            best = LockHold.Exclusive;
        }

        return best == LockHold.Exclusive ? best : perhaps || MayBeHeld(scope, visit, state, reference, lockClass) ? LockHold.Unknown : best;
    }

    // Paths disagree about this lock, or about one that may be it.
    private static bool MayBeHeld(Scope scope, LockVisit visit, PathState state, LockReference reference, LockClass lockClass)
    {
        IReadOnlyDictionary<string, LockReference> named = scope.ResultOf(visit.Reach.Body).Summary.Locks;
        return state.Held.Any(one => (one.Value == PathState.UnknownCount || (one.Value > 0 && !state.Acquired.ContainsKey(one.Key)))
            && (one.Key == reference.Instance || !named.TryGetValue(one.Key, out LockReference? other) || other.Class is not { Name: var name } || name.Length == 0 || name == lockClass.Name));
    }

    // Two paths that both begin with the object a body runs on, or with a variable that nothing is known of, and begin differently.
    private static bool AreDifferent(string held, string wanted) =>
        OwnerOf(held) is { } one && OwnerOf(wanted) is { } other && one != other && held.Substring(one.Length) == wanted.Substring(other.Length)
        && (one == "this" || other == "this" || (IsVariable(one) && IsVariable(other)));

    private static string? OwnerOf(string instance)
    {
        int end = instance.IndexOf('.');
        string owner = end < 0 ? "" : instance.Substring(0, end);
        return owner == "this" || IsVariable(owner) ? owner : null;
    }

    private static bool IsVariable(string text) => text.Length > 2 && text[0] == '‹' && text.IndexOf('›') == text.Length - 1 && text[1] != '#';

    private static bool IsOneLock(string instance) => instance.IndexOfAny(['*', '?', '^']) < 0;
}
