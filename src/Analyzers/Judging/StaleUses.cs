using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>An access under a lock that rests on what was read before the lock was taken, or before it was dropped and taken again.</summary>
/// <param name="Use">The access.</param>
/// <param name="Read">Where it was read, or where a body was called that returned what it read.</param>
/// <param name="Origin">The reference to the data there.</param>
/// <param name="ReadData">What was read.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Held">True when it was read with the lock held.</param>
/// <param name="Decides">True when it decided that the access is made; false when it says where.</param>
internal sealed record StaleUse(DataEvent Use, OperationPlace Read, OperationPlace Origin, string ReadData, string Lock, bool Held, bool Decides);

/// <summary>
/// Finds them, in definite form only: the access is made on one outcome of the decision and on no other, the decision is about the same data, and
/// nothing of what the lock guards was looked at in between with the lock held.
/// </summary>
internal static class StaleUses
{
    /// <summary>The uses, one for each access.</summary>
    public static IEnumerable<StaleUse> Find(Scope scope)
    {
        foreach (Body body in scope.Bodies)
        {
            BodyResult result = scope.ResultOf(body);
            foreach (DataEvent access in result.Data)
            {
                if (access.Visits.Count > 0 && (Addressed(result, access) ?? Decided(result, access)) is { } use)
                {
                    yield return use;
                }
            }
        }
    }

    private static StaleUse? Addressed(BodyResult result, DataEvent access)
    {
        Sample? sample = access.Visits[0].Address;
        return sample is not null && access.Visits.All(visit => visit.Address?.Read == sample.Read) ? Use(result, access, sample, decides: false) : null;
    }

    private static StaleUse? Decided(BodyResult result, DataEvent access)
    {
        if (!access.Writes || DecisionOn(access.Visits[0]) is not { } first)
        {
            return null;
        }

        return access.Visits.All(visit => DecisionOn(visit) is { } decision && decision.Sample.Read == first.Sample.Read && decision.Truth == first.Truth)
            ? Use(result, access, first.Sample, decides: true)
            : null;
    }

    private static Decision? DecisionOn(DataVisit visit) =>
        visit.State.Decisions.TryGetValue(visit.Data, out Decision? decision) && decision.Sample.Lost && visit.State.IsHeld(decision.Sample.Lock) ? decision : null;

    private static StaleUse Use(BodyResult result, DataEvent access, Sample sample, bool decides)
    {
        ReadPlace read = result.Reads[sample.Read];
        string @lock = result.Summary.Locks.TryGetValue(sample.Lock, out LockReference? reference) ? reference.Display : $"'{sample.Lock}'";
        return new StaleUse(access, read.Place, read.Origin, LockPath.DisplayOf(read.Member), @lock, sample.Held, decides);
    }
}
