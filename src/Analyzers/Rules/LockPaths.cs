using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>How the steps of a ring of locks are told.</summary>
internal static class LockPaths
{
    /// <summary>One step: where a lock is held, and how the other comes to be waited for.</summary>
    public static IEnumerable<string> Lines(LockRingStep step) => Told(step).Select(told => told.Line);

    /// <summary>What a call does with a lock that is held after it: where a mask is lowered, the lock was taken before.</summary>
    public static string Verb(LockTaken taken) => taken.Call.Contract.Locks.Any(effect =>
        effect.Action is LockAction.Acquire or LockAction.TryAcquire or LockAction.Take
        && taken.Call.Locks.TryGetValue(effect.Lock, out LockReference? named) && named.Class?.Name == taken.Lock.Class?.Name) ? "takes" : "goes on holding";

    /// <summary>The place of each of the <see cref="Lines"/>.</summary>
    public static IEnumerable<Location> Places(LockRingStep step) => Told(step).Select(told => told.Place);

    // The way to where the lock is held is the way to where the other is waited for, if both are taken in one body.
    private static IEnumerable<(string Line, Location Place)> Told(LockRingStep step)
    {
        string[] before = [];
        foreach (LockTaken taken in Taken(step))
        {
            string[] way = [.. taken.Reach.Lines];
            foreach ((string line, Location place) in way.SequenceEqual(before) ? [] : way.Zip(taken.Reach.Locations, (line, place) => (line, place)))
            {
                yield return (line, place);
            }

            yield return ($"{taken.Call.Body.Name} calls {taken.Call.Name} on {taken.Lock.Display}", taken.Call.Operation.Syntax.GetLocation());
            before = way;
        }
    }

    private static IEnumerable<LockTaken> Taken(LockRingStep step)
    {
        if (step.Held is not null)
        {
            yield return step.Held;
        }

        yield return step.Waiting;
    }
}
