using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A lock that may wait harder than what is around it allows.</summary>
/// <param name="Inner">The lock.</param>
/// <param name="Wait">How hard it may wait.</param>
/// <param name="Limit">How hard code may wait there.</param>
/// <param name="Outer">The held lock that sets the limit; null when the context does.</param>
/// <param name="Where">The contexts, when they set the limit.</param>
/// <param name="Within">The sections, when they set it.</param>
internal sealed record HarderWait(LockTaken Inner, WaitType Wait, WaitType Limit, Holding? Outer, Context Where, Section Within)
{
    /// <summary>What sets the limit, as a person says it.</summary>
    public string Around => Outer is { } outer ? $"while {outer.Lock.Display} is held" : $"in {(Within == Section.None ? Where.Describe() : Within.Describe())}";
}

/// <summary>
/// Holds locks to the wait-type lattice, on every build at once: a spin lock counts as what it is on a real-time build. What sleeps in an atomic
/// context, and what waits in an NMI, are findings of their own.
/// </summary>
internal static class WaitTypeDiscipline
{
    /// <summary>The locks, one for each call.</summary>
    public static IEnumerable<HarderWait> Find(ScopeModel model)
    {
        HashSet<Flow.CallEvent> reported = [.. model.Breaches.Select(breach => breach.Call)];
        HashSet<Flow.CallEvent> sleeping = [.. model.Breaches.Where(breach => breach.Breach.Law == LawIds.AtomicSleep).Select(breach => breach.Call)];
        foreach (LockMoment moment in model.LockMoments)
        {
            // What waits inside a call that must not sleep here, and says that it does, is what that call is reported for.
            bool follows = moment.Visit.Reach.Way.Any(step => step.Call is { } call && sleeping.Contains(call));
            if (moment.Takes && !moment.IsTry && !follows && !reported.Contains(moment.Call) && Judge(moment) is { } found)
            {
                _ = reported.Add(moment.Call);
                yield return found;
            }
        }
    }

    private static HarderWait? Judge(LockMoment moment)
    {
        Situation situation = moment.Situation;
        Context contexts = situation.Contexts & ~Context.AnyNmi;
        WaitType wait = WaitTypes.Of(moment.Lock.Class!.Kind, LockMoment.Access(moment.Effect.Mode).Hold());
        if (moment.Lock.Class.Kind == LockKind.Unknown)
        {
            return null;
        }

        Holding? outer = moment.Held.Where(held => held.Lock.Class is { Kind: not LockKind.Unknown }).OrderBy(held => WaitTypes.Within(held.Lock.Class!.Kind)).FirstOrDefault();
        WaitType inside = outer is null ? WaitType.Sleep : WaitTypes.Within(outer.Lock.Class!.Kind);
        WaitType context = LockNesting.WaitLimit(contexts, situation.Within, []);
        return wait <= inside && wait <= context ? null
            : inside <= context ? new HarderWait(moment.Taken, wait, inside, outer, Context.None, Section.None)
            : new HarderWait(moment.Taken, wait, context, null, contexts, WaitTypes.Within(situation.Within) == context ? situation.Within : Section.None);
    }
}
