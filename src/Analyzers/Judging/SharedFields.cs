using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A plain field that a handler and the code it can interrupt both touch, and one of them writes.</summary>
/// <param name="Field">The field.</param>
/// <param name="Handler">The access that interrupts.</param>
/// <param name="Other">The access that is interrupted.</param>
internal sealed record SharedField(IFieldSymbol Field, FieldAccess Handler, FieldAccess Other);

/// <summary>An access to a field on one way.</summary>
/// <param name="Access">The access.</param>
/// <param name="Visit">The way.</param>
/// <param name="Situation">The situation there.</param>
/// <param name="Held">The locks held there.</param>
internal sealed record FieldAccess(DataEvent Access, LockVisit Visit, Situation Situation, ImmutableArray<Holding> Held)
{
    /// <summary>True when both hold a lock of one class. Of what is not known it is taken to be.</summary>
    public bool SharesLockWith(FieldAccess other)
    {
        foreach (Holding held in Held)
        {
            foreach (Holding theirs in other.Held)
            {
                if (ClassOf(held) is { Length: > 0 } name && name == ClassOf(theirs))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static string ClassOf(Holding held) => held.Lock.Class?.Name ?? "?";
}

/// <summary>
/// Finds them, where both contexts are known and nothing can order the two: no lock in common, no mask that keeps the handler out, no marked access,
/// no wait and no flag on the interrupted side, and neither registration nor shutdown of an interrupt there.
/// </summary>
internal static class SharedFields
{
    /// <summary>The fields, one finding for each.</summary>
    public static IEnumerable<SharedField> Find(ScopeModel model)
    {
        List<LockVisit> visits = [.. model.Visits.Where(visit => visit.Reach.Root.Kind is RootKind.Declared or RootKind.Registered or RootKind.Entry && visit.Reach.Situation.Contexts != Context.None)];
        HashSet<Body> inHandlers = [.. visits.Where(visit => IsHandler(visit.Reach.Situation.Contexts)).Select(visit => visit.Reach.Body)];
        HashSet<Body> elsewhere = [.. visits.Where(visit => !IsHandler(visit.Reach.Situation.Contexts) || PreemptionMatrix.MayPreempt(Context.Any, visit.Reach.Situation.Contexts)).Select(visit => visit.Reach.Body)];
        if (inHandlers.Count == 0 || elsewhere.Count == 0)
        {
            yield break;
        }

        HashSet<ISymbol> suspects = new(inHandlers.SelectMany(body => body.Facts(model.Scope.Contracts).Fields).Where(model.Scope.Watched.Contains), SymbolEqualityComparer.Default);
        suspects.IntersectWith(elsewhere.SelectMany(body => body.Facts(model.Scope.Contracts).Fields));
        suspects.IntersectWith(inHandlers.Concat(elsewhere).SelectMany(body => body.Facts(model.Scope.Contracts).Writes));
        if (suspects.Count == 0)
        {
            yield break;
        }

        List<FieldAccess> accesses = [.. Accesses(model, visits, suspects)];
        foreach (IGrouping<ISymbol, FieldAccess> field in accesses.GroupBy<FieldAccess, ISymbol>(access => access.Access.Member.OriginalDefinition, SymbolEqualityComparer.Default))
        {
            if (Conflict(model.Scope, [.. field]) is { } conflict)
            {
                yield return conflict;
            }
        }
    }

    private static SharedField? Conflict(Flow.Scope scope, IReadOnlyList<FieldAccess> accesses)
    {
        foreach (FieldAccess handler in accesses.Where(access => IsHandler(access.Situation.Contexts) && access.Visit.Reach.Root.Kind != RootKind.Entry))
        {
            foreach (FieldAccess other in accesses)
            {
                if ((handler.Access.Writes || other.Access.Writes)
                    && handler.Visit.Reach.Root.Body != other.Visit.Reach.Root.Body
                    && PreemptionMatrix.MayPreempt(handler.Situation.Contexts, other.Situation.Contexts, other.Situation.Masked)
                    && !handler.SharesLockWith(other)
                    && !MayBeOrdered(scope, other.Visit.Reach))
                {
                    return new SharedField((IFieldSymbol)handler.Access.Member.OriginalDefinition, handler, other);
                }
            }
        }

        return null;
    }

    private static bool IsHandler(Context contexts) => contexts != Context.None && (contexts & Context.Task) == 0;

    // Whoever waits, looks at a flag with a marked access, or sets an interrupt up or down, may know that the handler does not run or has run.
    private static bool MayBeOrdered(Flow.Scope scope, Reach reach) => reach.Way.Any(step => scope.ResultOf(step.Body) is var result
        && (result.Registrations.Count > 0
            || result.Calls.Any(call => call.Contract.MayBlock is not null || call.Contract.WaitsForCpus is not null || call.Contract.Transitions.Count > 0 || call.Contract.Data.Any(effect => effect.Marked))));

    private static IEnumerable<FieldAccess> Accesses(ScopeModel model, IEnumerable<LockVisit> visits, HashSet<ISymbol> fields)
    {
        Dictionary<Body, List<DataEvent>> known = [];
        foreach (LockVisit visit in visits)
        {
            Body body = visit.Reach.Body;
            if (!known.TryGetValue(body, out List<DataEvent>? events))
            {
                known[body] = events = body.Facts(model.Scope.Contracts).Fields.Any(fields.Contains)
                    ? [.. model.Scope.AccessesToWatched(body).Where(access => fields.Contains(access.Member.OriginalDefinition) && (!access.Marked || access.Accessor is null))]
                    : [];
            }

            foreach (DataEvent access in events)
            {
                if (!access.Member.IsStatic && DataDiscipline.IsBeingMade(visit.Reach))
                {
                    continue;
                }

                foreach (DataVisit at in access.Visits)
                {
                    if ((access.Member.IsStatic || at.Owner?.Text == "this") && visit.IsPossible(at.State))
                    {
                        yield return new FieldAccess(access, visit, Propagation.At(visit.Reach, model.Scope.ResultOf(body).Summary.LockKinds, at.State), visit.HeldIn(model.Scope, at.State));
                    }
                }
            }
        }
    }
}
