using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A lock that an NMI waits for and the code it can interrupt holds.</summary>
/// <param name="Nmi">The side that waits.</param>
/// <param name="Other">The side that is interrupted.</param>
internal sealed record SharedLock(LockUse Nmi, LockUse Other);

/// <summary>A lock taken in a context.</summary>
/// <param name="Call">The call that takes it.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Reach">The way there.</param>
/// <param name="Held">The situation while it is held.</param>
/// <param name="Waits">True when the call waits for it.</param>
internal sealed record LockUse(CallEvent Call, LockReference Lock, Reach Reach, Situation Held, bool Waits);

/// <summary>
/// Finds locks that an NMI shares with what it can interrupt. Masking interrupts does not keep a pseudo-NMI out; masking DAIF does. A handler
/// with two roles runs in one of them at a time, so it is not compared with itself.
/// </summary>
internal static class SharedLocks
{
    /// <summary>The locks, one finding for each call on the NMI's side.</summary>
    public static IEnumerable<SharedLock> Find(ScopeModel model)
    {
        if (!model.Reaches.Any(reach => reach.Situation.Contexts.MayBeNmi()) && !model.Calls.Any(call => call.Contract.EntersContext.MayBeNmi()))
        {
            yield break;
        }

        List<LockUse> uses = [.. Uses(model)];
        HashSet<CallEvent> broken = [.. model.Breaches.Where(one => one.Breach.Law == LawIds.NmiBlockingLock).Select(one => one.Call)];
        var reported = new HashSet<CallEvent>();
        foreach (LockUse nmi in uses)
        {
            if (!nmi.Waits || !nmi.Held.Contexts.MayBeNmi() || nmi.Reach.Kind == RootKind.Promised || broken.Contains(nmi.Call) || reported.Contains(nmi.Call))
            {
                continue;
            }

            LockUse? other = uses.Find(use => use.Lock.Class!.Name == nmi.Lock.Class!.Name
                && use.Reach.Kind != RootKind.Promised
                && use.Reach.Root.Body != nmi.Reach.Root.Body
                && PreemptionMatrix.MayPreempt(nmi.Held.Contexts & Context.AnyNmi, use.Held.Contexts, use.Held.Masked));
            if (other is not null)
            {
                reported.Add(nmi.Call);
                yield return new SharedLock(nmi, other);
            }
        }
    }

    private static Situation TaskByDefault(Reach reach, Situation held) =>
        held.Contexts == Context.None && reach.Kind == RootKind.Entry ? held with { Contexts = Context.Task } : held;

    private static IEnumerable<LockUse> Uses(ScopeModel model)
    {
        foreach (Reach reach in model.Reaches)
        {
            foreach (CallEvent call in model.Scope.ResultOf(reach.Body).Calls)
            {
                foreach (LockEffect effect in call.Contract.Locks)
                {
                    if (effect.Action is not (LockAction.Acquire or LockAction.Take or LockAction.TryAcquire))
                    {
                        continue;
                    }

                    foreach (LockReference reference in call.LocksNamed(effect.Lock).Where(one => one.Class is { Name.Length: > 0 }))
                    {
                        foreach (PathState state in effect.Action == LockAction.Take ? call.Before : call.After.Where(state => state.IsHeld(reference.Instance) && Propagation.IsPossible(reach, state)))
                        {
                            yield return new LockUse(call, reference, reach, TaskByDefault(reach, state.Mask.From(Propagation.Narrowed(reach.Situation, state))), effect.Action != LockAction.TryAcquire);
                        }
                    }
                }
            }
        }
    }
}
