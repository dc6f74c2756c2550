using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A nested acquire under a lock that is not held.</summary>
/// <param name="Inner">The acquire.</param>
/// <param name="Outer">The lock that it names, as written.</param>
internal sealed record UnheldNest(LockTaken Inner, string Outer);

/// <summary>A held lock that is initialised.</summary>
/// <param name="Again">The initialisation.</param>
/// <param name="Held">The hold.</param>
internal sealed record HeldInitialised(LockTaken Again, Holding Held);

/// <summary>Acquires that name a nest lock, and initialisations: what must, and what must not, be held.</summary>
internal static class NestLocks
{
    /// <summary>The nested acquires under a lock that is known not to be held; tickets have a rule of their own.</summary>
    public static IEnumerable<UnheldNest> Unheld(ScopeModel model)
    {
        var reported = new HashSet<CallEvent>();
        foreach (LockMoment moment in model.LockMoments)
        {
            if (moment.Takes && moment.Lock.Class!.Kind != LockKind.WoundWait && moment.Nest is null
                && Nesting.LockOf(moment.Call, moment.Effect) is { } outer && IsFree(model, moment, outer) && reported.Add(moment.Call))
            {
                yield return new UnheldNest(moment.Taken, outer.Member is { } member ? LockPath.DisplayOf(member) : $"'{Value.Display(outer.Text)}'");
            }
        }
    }

    /// <summary>The locks that are initialised or freed by a path that holds them.</summary>
    public static IEnumerable<HeldInitialised> Initialised(ScopeModel model)
    {
        var reported = new HashSet<CallEvent>();
        foreach (LockMoment moment in model.LockMoments)
        {
            if (moment.Effect.Action == LockAction.Initialise
                && moment.Held.FirstOrDefault(held => LockMoment.IsSame(held.Instance, moment.Lock.Instance)) is { } held && reported.Add(moment.Call))
            {
                yield return new HeldInitialised(moment.Taken, held);
            }
        }
    }

    // Released on this path, or nobody can have taken it.
    private static bool IsFree(ScopeModel model, LockMoment moment, Value outer)
    {
        if (moment.State.Held.TryGetValue(outer.Text, out int count))
        {
            return count is <= 0 and not PathState.UnknownCount && outer.Text.IndexOfAny(['*', '⟦', '?']) < 0;
        }

        LockClass? lockClass = outer.Member is Microsoft.CodeAnalysis.IFieldSymbol field ? model.Scope.Contracts.Locks.Of(field, field.Type) : null;
        return lockClass is not null && moment.Visit.Reach.Caller is null
            && model.Hidden.IsFreeAtEntry(moment.Call.Body, new LockReference(lockClass, outer.Text, ""), outer);
    }
}
