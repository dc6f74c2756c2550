using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>An effect on a lock on one class of paths, with what is held there.</summary>
/// <param name="Visit">The way to the body.</param>
/// <param name="Call">The call.</param>
/// <param name="Effect">The effect.</param>
/// <param name="State">The state before the call.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Held">What is held, outermost first.</param>
internal sealed record LockMoment(LockVisit Visit, CallEvent Call, LockEffect Effect, PathState State, LockReference Lock, ImmutableArray<Holding> Held)
{
    /// <summary>Every effect on a lock that is known to happen.</summary>
    /// <param name="model">The scope.</param>
    /// <param name="possibly">True to count what may be held as held, and paths that only an assumption opens.</param>
    public static IEnumerable<LockMoment> All(ScopeModel model, bool possibly = false)
    {
        foreach (LockVisit visit in model.Visits)
        {
            foreach (CallEvent call in model.Scope.ResultOf(visit.Reach.Body).Calls)
            {
                foreach (LockEffect effect in call.Contract.Locks)
                {
                    if (effect.When is null || When.Met(effect.When, call.ConstantOf) == true)
                    {
                        foreach (PathState state in possibly ? [.. call.Before, .. call.MayBefore] : call.Before)
                        {
                            ImmutableArray<Holding> held = visit.HeldIn(model.Scope, state, possibly);
                            if (!held.IsEmpty && effect.Action != LockAction.Release && call.Contract.Locks.Count > 1)
                            {
                                held = WithoutGivenUp(call, state, held);
                            }

                            if (call.LockIn(state, effect.Lock) is { } named && (effect.Unless is null || !IsSwitchedOff(call, effect.Unless, state, held)))
                            {
                                yield return new LockMoment(visit, call, effect, state, visit.Known(named), held);
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>What calls take one inside the other within, as their contracts say: each lock with what is held there and the ones before it.</summary>
    public static IEnumerable<LockMoment> InOrder(ScopeModel model, bool possibly = false)
    {
        foreach (LockVisit visit in model.Visits)
        {
            foreach (CallEvent call in model.Scope.ResultOf(visit.Reach.Body).Calls)
            {
                if (call.Contract.TakesInOrder.Count == 0)
                {
                    continue;
                }

                foreach (PathState state in possibly ? [.. call.Before, .. call.MayBefore] : call.Before)
                {
                    foreach (IReadOnlyList<string> order in call.Contract.TakesInOrder)
                    {
                        ImmutableArray<Holding> held = visit.HeldIn(model.Scope, state, possibly);
                        for (int i = 0; i < order.Count && call.LockIn(state, order[i]) is { } named; i++)
                        {
                            LockReference taken = visit.Known(named);
                            LockEffect effect = call.Contract.Locks.FirstOrDefault(one => one.Action == LockAction.Take && one.Lock == order[i]) ?? new LockEffect(LockAction.Take, order[i]);
                            if (i > 0)
                            {
                                yield return new LockMoment(visit, call, effect, state, taken, held);
                            }

                            held = held.Add(new Holding(taken, named.Instance, effect.Mode, IsTry: false, call, visit.Reach, Subclass: 0));
                        }
                    }
                }
            }
        }
    }

    /// <summary>True when it takes the lock, or tries.</summary>
    public bool Takes => Effect.Action is LockAction.Acquire or LockAction.Take or LockAction.TryAcquire && Lock.Class is { Kind: not LockKind.Scope };

    /// <summary>True when it never waits.</summary>
    public bool IsTry => Effect.Action == LockAction.TryAcquire;

    /// <summary>Where.</summary>
    public Situation Situation => State.Mask.From(Propagation.Narrowed(Visit.Reach.Situation, State));

    /// <summary>What could keep it waiting.</summary>
    public WaitMode Wait
    {
        get
        {
            Situation situation = Situation;
            bool inInterrupt = (situation.Contexts != Context.None && (situation.Contexts & Context.Task) == 0) || (situation.Masked & Mask.SoftIrq) != 0;
            return Access(Effect.Mode).Wait(Lock.Class?.Kind ?? LockKind.Unknown, inInterrupt);
        }
    }

    /// <summary>The nest lock that the call names, as it is held; null when it names none, or one that is not known to be held.</summary>
    public Holding? Nest => Effect.Nest is null || Held.IsEmpty ? null : NamedNest;

    private Holding? NamedNest => Nesting.LockOf(Call, Effect) is { } outer ? Held.LastOrDefault(held => held.Instance == outer.Text) : null;

    /// <summary>Where it is taken, for findings.</summary>
    public LockTaken Taken => new(Call, Lock, Visit.Reach);

    /// <summary>True when two names of a body mean one lock, whatever it is.</summary>
    public static bool IsSame(string held, string wanted) => held == wanted && !wanted.Contains("*") && !wanted.StartsWith("?", System.StringComparison.Ordinal);

    /// <summary>The lock rules' word for a mode.</summary>
    public static LockAccess Access(LockMode mode) => mode switch
    {
        LockMode.Exclusive => LockAccess.Exclusive,
        LockMode.Shared => LockAccess.Read,
        _ => LockAccess.RecursiveRead,
    };

    // A downgrade gives up one hold for another.
    private static ImmutableArray<Holding> WithoutGivenUp(CallEvent call, PathState state, ImmutableArray<Holding> held) =>
        held.RemoveAll(one => call.Contract.Locks.Any(other => other.Action == LockAction.Release && call.LockIn(state, other.Lock)?.Instance == one.Instance));

    // Where it is not known whether the scope is open, nothing is known of the effect.
    private static bool IsSwitchedOff(CallEvent call, string unless, PathState state, ImmutableArray<Holding> held) =>
        call.LockIn(state, unless) is { } scope
        && (held.Any(one => one.Instance == scope.Instance) || (state.Held.TryGetValue(scope.Instance, out int count) && count == PathState.UnknownCount));
}
