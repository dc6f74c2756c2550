using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A lock that a body returns with.</summary>
/// <param name="Call">Where it is taken.</param>
/// <param name="Lock">The lock.</param>
/// <param name="OnSomePath">True when other paths return without it.</param>
/// <param name="AsGuard">True when what is returned is the guard that stands for it.</param>
internal sealed record LeakedLock(CallEvent Call, LockReference Lock, bool OnSomePath, bool AsGuard);

/// <summary>A lock that is released where it is not held.</summary>
/// <param name="Call">The release.</param>
/// <param name="Lock">The lock.</param>
internal sealed record UnheldRelease(CallEvent Call, LockReference Lock);

/// <summary>
/// Whether what is taken is released and what is released was taken. Leaks are judged on each edge into the exit, before paths are joined. What
/// is not known at the entry of a body decides nothing.
/// </summary>
internal static class LockBalance
{
    /// <summary>The locks that bodies return with although nothing says so.</summary>
    public static IEnumerable<LeakedLock> Leaks(Scope scope)
    {
        HashSet<IMethodSymbol> registered = new(scope.Bodies.SelectMany(body => scope.ResultOf(body).Registrations).Select(one => one.Handler), SymbolEqualityComparer.Default);
        foreach (Body body in scope.Bodies)
        {
            BodyResult result = scope.ResultOf(body);
            HashSet<string>? declared = Declared(scope, body);
            if (declared is null)
            {
                continue;
            }

            foreach (string instance in result.Exits.SelectMany(exit => exit.HeldNow).Distinct().Where(one => IsOneLock(one) && !declared.Contains(one)))
            {
                List<PathState> holding = [.. result.Exits.Where(exit => exit.IsHeld(instance))];
                bool onSomePath = holding.Count < result.Exits.Count;
                bool asGuard = holding.TrueForAll(exit => BodyAnalysis.ReturnedBy(exit)?.Lock == instance);
                if (!(asGuard ? IsVisible(body) : IsLeak(scope, body, onSomePath, registered))
                    || !holding[0].Acquired.TryGetValue(instance, out Acquisition? how)
                    || result.CallNumbered(how.Call) is not { } taken
                    || !result.Summary.Locks.TryGetValue(instance, out LockReference? reference))
                {
                    continue;
                }

                yield return new LeakedLock(taken, reference, onSomePath, asGuard);
            }
        }
    }

    /// <summary>The releases of locks that are known not to be held.</summary>
    public static IEnumerable<UnheldRelease> UnheldReleases(ScopeModel model)
    {
        foreach (Body body in model.Scope.Bodies)
        {
            foreach (CallEvent call in model.Scope.ResultOf(body).Calls)
            {
                foreach (LockEffect effect in call.Contract.Locks)
                {
                    if (effect.Action == LockAction.Release && (effect.When is null || effect.When.Holds(call.ConstantOf) == true)
                        && call.Locks.TryGetValue(effect.Lock, out LockReference? reference) && IsOneLock(reference.Instance)
                        && reference.Class?.Kind != LockKind.Ticket
                        && call.Before.Any(state => state.Held.TryGetValue(reference.Instance, out int count)
                            ? count <= 0 && count != PathState.UnknownCount
                            : effect.Lock == "this" && model.Hidden.IsFreeAtEntry(body, reference, call.Receiver)))
                    {
                        yield return new UnheldRelease(call, reference);
                        break;
                    }
                }

                if (call.EndedAgain.FirstOrDefault(one => one.Lock is { } ended && IsOneLock(ended.Instance)) is { Lock: { } guarded })
                {
                    yield return new UnheldRelease(call, guarded);
                }
            }
        }
    }

    // A guard can be handed to whoever calls; that it is one, callers outside the type know from the contract alone.
    private static bool IsVisible(Body body) => body.Method is { DeclaredAccessibility: not Accessibility.Private } && !body.IsNested;

    // A body that is called is judged where it is called, unless its paths disagree and it returns nothing that could tell the caller which was
    // taken. What is handed to something unknown may be half of a pair.
    private static bool IsLeak(Scope scope, Body body, bool onSomePath, HashSet<IMethodSymbol> registered)
    {
        if (body.Method is not { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) } method)
        {
            return false;
        }

        bool isRoot = registered.Contains(method) || scope.Contracts.Contracts.Of(method).RunsIn != Context.None;
        bool isCalled = scope.IsCalled(body);
        bool isPrivate = method.DeclaredAccessibility == Accessibility.Private || body.IsNested;
        return isRoot || (onSomePath && (!isCalled || method.ReturnsVoid)) || (!isCalled && !isPrivate);
    }

    /// <summary>The locks the body's own contract says it returns with; null when that cannot be told.</summary>
    private static HashSet<string>? Declared(Scope scope, Body body)
    {
        var declared = new HashSet<string>();
        if (body.Method is not { } method)
        {
            return declared;
        }

        OperationContract contract = scope.Contracts.Contracts.Of(method);
        IEnumerable<string> names = contract.Locks.Where(effect => effect.Action is LockAction.Acquire or LockAction.TryAcquire or LockAction.RequireHeld).Select(effect => effect.Lock);
        foreach (string name in contract.Guard?.Holds is { } held ? names.Append(held) : names)
        {
            // A public alias stands for locks that only the body's author can name.
            if (LockPath.Named(scope.Contracts, method, name) is not { } reference)
            {
                return null;
            }

            declared.Add(reference.Instance);
        }

        return declared.Contains("this") ? null : declared;
    }

    // What a variable or a result of a call leads to may be reached by another name as well.
    private static bool IsOneLock(string instance) => instance.IndexOfAny(['*', '⟦', '?', '^']) < 0;
}
