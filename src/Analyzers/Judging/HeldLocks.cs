using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
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
                if (!isUnknownLock && AreDifferent(visit.Reach.Body, held.Instance, reference.Instance))
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

    // Two paths that both begin with the object a body runs on, or with a parameter, and begin differently. What a variable of the body stands for may be any of them.
    private static bool AreDifferent(Body body, string held, string wanted) =>
        OwnerOf(body, held) is { } one && OwnerOf(body, wanted) is { } other && one != other && held.Substring(one.Length) == wanted.Substring(other.Length);

    private static string? OwnerOf(Body body, string instance)
    {
        int end = instance.IndexOf('.');
        string owner = end < 0 ? "" : instance.Substring(0, end);
        return owner == "this" || IsParameter(body, owner) ? owner : null;
    }

    private static bool IsParameter(Body body, string text)
    {
        for (ISymbol? around = body.Method; around is IMethodSymbol method && text.Length > 2 && text[0] == '‹'; around = around.ContainingSymbol)
        {
            foreach (IParameterSymbol parameter in method.Parameters)
            {
                if (parameter.Name.Length == text.Length - 2 && text.IndexOf(parameter.Name, System.StringComparison.Ordinal) == 1)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool IsOneLock(string instance) => instance.IndexOfAny(['*', '?', '^']) < 0;
}
