using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// A body without contracts in it, which calls only such bodies: what holds at its entry holds at each of its calls, so that no path need be
/// followed. What ships with the analyzer about the base class library changes neither locks nor masks.
/// </summary>
internal static class PlainBody
{
    private static readonly OperationContract NoContract = new();

    /// <summary>What rules read about it.</summary>
    public static BodyResult Of(Scope scope, Body body)
    {
        BodyFacts facts = body.Facts(scope.Contracts);
        ImmutableHashSet<ISymbol> writes = facts.Writes;
        ImmutableArray<CallEvent>.Builder? calls = null;
        CallsOfBody? shared = null;
        bool throws = facts.Throws;
        bool isPredicate = body.Method is { ReturnsVoid: false };
        for (int i = 0; i < facts.Calls.Length; i++)
        {
            (OperationPlace operation, IMethodSymbol target) = facts.Calls[i];
            Body? callee = scope.Called(target);
            bool shipped = scope.Contracts.Contracts.SaysSomething(target);
            if (callee is null)
            {
                isPredicate &= target.MethodKind is MethodKind.Constructor or MethodKind.PropertyGet || (target.IsStatic && !target.IsAsync);
            }

            if (callee is null && !shipped)
            {
                continue;
            }

            var call = new CallEvent(shared ??= new CallsOfBody(body, scope.UnknownCalls(body)), operation, i, shipped ? scope.Contracts.Called(target) : new CalledMethod(target, NoContract));
            call.Reached(PathState.Entry, CallNames.None);
            call.Left(PathState.Entry);
            (calls ??= ImmutableArray.CreateBuilder<CallEvent>()).Add(call);
            if (callee is not null && callee != body)
            {
                BodySummary summary = scope.SummaryOf(callee);
                writes = writes.Union(summary.Writes);
                isPredicate &= summary.IsPredicate;
                throws |= summary.Throws && !facts.Catches;
            }
        }

        var summaryOfBody = new BodySummary { Writes = writes, IsPredicate = isPredicate && writes.IsEmpty && !facts.Throws, Throws = throws };
        return new BodyResult(body, calls?.ToImmutable() ?? [], [], [], [], [], [PathState.Entry], summaryOfBody);
    }

    /// <summary>A body too large to follow: nothing is known of it, and that is said.</summary>
    public static BodyResult TooLarge(Scope scope, Body body) => new(body, [], [], [], [], [], [], new BodySummary { Writes = body.Facts(scope.Contracts).Writes })
    {
        CutShort = "it has too many branches",
    };
}
