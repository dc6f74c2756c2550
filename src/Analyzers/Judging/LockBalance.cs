using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A lock that a body is left with.</summary>
/// <param name="Call">Where it is taken.</param>
/// <param name="Lock">The lock.</param>
/// <param name="How">How the body is left, as the end of "returns": empty when it is so on every path.</param>
/// <param name="AsGuard">True when what is returned is the guard that stands for it.</param>
internal sealed record LeakedLock(CallEvent Call, LockReference Lock, string How, bool AsGuard = false);

/// <summary>A lock that is released where it is not held.</summary>
/// <param name="Call">The release.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Taken">Where it was taken in another mode, if that is what is wrong.</param>
internal sealed record UnheldRelease(CallEvent Call, LockReference Lock, CallEvent? Taken = null);

/// <summary>
/// Whether what is taken is released and what is released was taken. Leaks are judged on each edge into an exit, before paths are joined: the
/// normal one, and the exceptional one of a body that says it may throw. What is not known at the entry of a body decides nothing.
/// </summary>
internal static class LockBalance
{
    /// <summary>The locks that bodies are left with although nothing says so.</summary>
    public static IEnumerable<LeakedLock> Leaks(Scope scope)
    {
        foreach (Body body in scope.Bodies)
        {
            BodyResult result = scope.ResultOf(body);
            if (!HoldsAny(result.Exits) && !HoldsAny(result.Thrown))
            {
                continue;
            }

            IReadOnlyList<PathState> thrown = body.Method is { } method && scope.Contracts.Contracts.Of(method).MayThrow ? [.. result.Thrown.Where(exit => !exit.IsMay)] : [];
            List<string> held = [.. result.Exits.Concat(thrown).SelectMany(exit => exit.HeldNow).Distinct().Where(IsOneLock)];
            if (held.Count == 0 || Declared(scope, body) is not { } declared)
            {
                continue;
            }

            bool IsReleased(string instance) => body.Method is { } named && scope.Contracts.Contracts.Of(named).Locks.Any(effect => effect.Action == LockAction.Release && LockPath.Named(scope.Contracts, named, effect.Lock)?.Instance == instance);
            foreach (string instance in held.Where(one => !declared.Contains(one)))
            {
                // What was held at entry and is held again wherever it was dropped is nothing that the body is left with.
                bool isHeldAgain = !IsReleased(instance) && result.Exits.All(exit => !exit.GivenUp.ContainsKey(instance) || exit.IsHeld(instance));
                List<PathState> holding = [.. result.Exits.Where(exit => exit.IsHeld(instance) && !(isHeldAgain && exit.GivenUp.ContainsKey(instance)))];
                bool onSomePath = holding.Count < result.Exits.Count;
                bool asGuard = holding.Count > 0 && holding.TrueForAll(exit => BodyAnalysis.ReturnedBy(exit)?.Lock == instance);
                if (holding.Count > 0 && (asGuard ? IsVisible(body) : IsLeak(scope, body, onSomePath)))
                {
                    if (Leak(result, instance, holding[0], onSomePath ? " on some path" : "") is { } leak)
                    {
                        yield return leak with { AsGuard = asGuard };
                    }
                }
                else if (thrown.FirstOrDefault(exit => exit.IsHeld(instance) && (IsReleased(instance) || !exit.GivenUp.ContainsKey(instance))) is { } leaving && Leak(result, instance, leaving, " through an exception") is { } leak)
                {
                    yield return leak;
                }
            }
        }
    }

    private static bool HoldsAny(IReadOnlyList<PathState> exits)
    {
        for (int i = 0; i < exits.Count; i++)
        {
            if (exits[i].HoldsAny)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The locks that bodies may be left with: what is held there depends on something unknown, or on an exception that nothing declares.</summary>
    public static IEnumerable<LeakedLock> PossibleLeaks(Scope scope)
    {
        HashSet<(Body, string)> certain = [.. Leaks(scope).Select(leak => (leak.Call.Body, leak.Lock.Instance))];
        foreach (Body body in scope.Bodies)
        {
            BodyResult result = scope.ResultOf(body);
            IReadOnlyList<PathState> returning = [.. result.Exits, .. result.MayExits];
            IReadOnlyList<PathState> thrown = [.. result.Thrown.Where(exit => exit.IsMay)];
            List<string> held = [.. returning.Concat(thrown).SelectMany(exit => exit.Held.Keys.Where(exit.MayBeHeld)).Distinct().Where(IsOneLock)];
            if (held.Count == 0 || Declared(scope, body) is not { } declared)
            {
                continue;
            }

            foreach (string instance in held.Where(one => !declared.Contains(one) && !certain.Contains((body, one))))
            {
                PathState? leaving = returning.FirstOrDefault(exit => exit.MayBeHeld(instance) && (exit.IsMay || !exit.IsHeld(instance)));
                if (leaving is not null && IsLeak(scope, body, onSomePath: true) && Leak(result, instance, leaving, "") is { } leak)
                {
                    yield return leak;
                }
                else if (thrown.FirstOrDefault(exit => exit.MayBeHeld(instance)) is { } thrower && Leak(result, instance, thrower, " through an exception") is { } escape)
                {
                    yield return escape;
                }
            }
        }
    }

    /// <summary>The releases of locks that are known not to be held.</summary>
    public static IEnumerable<UnheldRelease> UnheldReleases(ScopeModel model) => Releases(model, static (call, @lock) => call.Before.Any(state => IsKnownFree(call, state, @lock)), countsHidden: true).Concat(
        from body in model.Scope.Bodies
        from call in model.Scope.ResultOf(body).Calls
        where call.EndedAgain.Count > 0
        from ended in call.EndedAgain.Where(one => one.Lock is { } ended && IsOneLock(ended.Instance)).Take(1)
        select new UnheldRelease(call, ended.Lock!)).Concat(OtherMode(model));

    // A reader that is released as a writer, or the other way round, on every path. Who takes a lock in both modes may hold it in both.
    private static IEnumerable<UnheldRelease> OtherMode(ScopeModel model)
    {
        foreach (Body body in model.Scope.Bodies)
        {
            BodyResult result = model.Scope.ResultOf(body);
            foreach (CallEvent call in result.Calls.Where(call => call.Before.Count > 0))
            {
                foreach (LockEffect effect in call.Contract.Locks)
                {
                    if (effect.Action == LockAction.Release && effect.When is null && call.Locks.TryGetValue(effect.Lock, out LockReference? reference) && IsOneLock(reference.Instance)
                        && call.Before.All(state => state.IsHeld(reference.Instance) && state.Acquired.TryGetValue(reference.Instance, out Acquisition? how)
                            && how.Call != Acquisition.AtEntry && (how.Mode == LockMode.Exclusive) != (effect.Mode == LockMode.Exclusive))
                        && !result.Calls.Any(other => Takes(other, reference.Instance, effect.Mode))
                        && result.CallNumbered(call.Before[0].Acquired[reference.Instance].Call) is { } taken)
                    {
                        yield return new UnheldRelease(call, reference with { Mode = effect.Mode }, taken);
                        break;
                    }
                }
            }
        }
    }

    private static bool Takes(CallEvent call, string instance, LockMode mode) => call.Contract.Locks.Count > 0 && call.Contract.Locks.Any(effect => effect.Action is LockAction.Acquire or LockAction.TryAcquire
        && (effect.Mode == LockMode.Exclusive) == (mode == LockMode.Exclusive) && call.Locks.TryGetValue(effect.Lock, out LockReference? taken) && taken.Instance == instance);

    /// <summary>The releases of locks that may not be held.</summary>
    public static IEnumerable<UnheldRelease> PossibleUnheldReleases(ScopeModel model) => Releases(model, static (call, @lock) =>
        !call.Before.Any(state => IsKnownFree(call, state, @lock))
        && (call.MayBefore.Any(state => IsKnownFree(call, state, @lock))
            || call.Before.Any(state => call.LockIn(state, @lock) is { } named && state.Held.TryGetValue(named.Instance, out int count) && count == PathState.UnknownCount)), countsHidden: false);

    private static IEnumerable<UnheldRelease> Releases(ScopeModel model, System.Func<CallEvent, string, bool> isUnheld, bool countsHidden)
    {
        foreach (Body body in model.Scope.Bodies)
        {
            foreach (CallEvent call in model.Scope.ResultOf(body).Calls)
            {
                foreach (LockEffect effect in call.Contract.Locks)
                {
                    if (effect.Action == LockAction.Release && When.Met(effect.When, call.ConstantOf) == true
                        && call.Locks.TryGetValue(effect.Lock, out LockReference? reference) && call.LocksNamed(effect.Lock).All(one => IsOneLock(one.Instance))
                        && reference.Class?.Kind != LockKind.Ticket
                        && (isUnheld(call, effect.Lock)
                            || (countsHidden && effect.Lock == "this" && call.Before.Any(state => !state.Held.TryGetValue(reference.Instance, out _)) && model.Hidden.IsFreeAtEntry(body, reference, call.Receiver))))
                    {
                        yield return new UnheldRelease(call, reference);
                        break;
                    }
                }
            }
        }
    }

    // A guard can be handed to whoever calls; that it is one, callers outside the type know from the contract alone.
    private static bool IsVisible(Body body) => body.Method is { DeclaredAccessibility: not Accessibility.Private } && !body.IsNested;
    private static bool IsKnownFree(CallEvent call, PathState state, string @lock) =>
        call.LockIn(state, @lock) is { } named && state.Held.TryGetValue(named.Instance, out int count) && count <= 0 && count != PathState.UnknownCount;

    private static LeakedLock? Leak(BodyResult result, string instance, PathState exit, string how) =>
        exit.Acquired.TryGetValue(instance, out Acquisition? taken) && result.CallNumbered(taken.Call) is { } call && result.Summary.Locks.TryGetValue(instance, out LockReference? reference)
            ? new LeakedLock(call, reference, how)
            : null;

    // A body that is called is judged where it is called, unless its paths disagree and it returns nothing that could tell the caller which was
    // taken. What is handed to something unknown may be half of a pair.
    private static bool IsLeak(Scope scope, Body body, bool onSomePath) => scope.IsEntered(body)
        || (onSomePath && body.Method is { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) } method && (!scope.IsCalled(body) || method.ReturnsVoid));

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
