using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>An interrupt that is not ended, or ended before one that it was interrupted by.</summary>
/// <param name="Call">The acknowledge, or the drop that is out of order.</param>
/// <param name="Step">The drop.</param>
/// <param name="Inner">The acknowledge of the interrupt that must be ended first; null where none is and the end is missing.</param>
internal sealed record UnendedInterrupt(CallEvent Call, ProtocolStep? Step, CallEvent? Inner);

/// <summary>
/// What bodies leave of the interrupts that they acknowledge, themselves or through helpers. One that is handed to somebody else than a body of the scope, stored or returned, may be
/// ended there, and decides nothing.
/// </summary>
internal static class InterruptEnds
{
    /// <summary>The mistakes, in source order.</summary>
    public static IEnumerable<UnendedInterrupt> Find(ScopeModel model)
    {
        Scope scope = model.Scope;
        var told = new HashSet<(SyntaxNode, bool)>();
        foreach ((BodyResult result, bool follows) in scope.Bodies.Select(body => (scope.ResultOf(body), false)).Concat(model.Traced.Results.Select(result => (result, true))))
        {
            foreach (CallEvent call in result.Calls)
            {
                if (OutOfOrder(result, call) is { } outOfOrder && told.Add((call.Operation.Syntax, true)))
                {
                    yield return outOfOrder;
                }

                if (IsLeft(result, call) && !IsHandedOn(scope, result, call, follows) && told.Add((call.Operation.Syntax, false)))
                {
                    yield return new UnendedInterrupt(call, null, null);
                }
            }
        }
    }

    private static bool Acknowledges(CallEvent call) => call.Contract.Transitions.Any(transition => transition is { Protocol: InterruptEndProtocol.Name, Of: "return" });

    private static bool IsLeft(BodyResult result, CallEvent call)
    {
        foreach (Outcome outcome in result.Outcomes)
        {
            if (outcome.Key.Protocol == InterruptEndProtocol.Name && outcome.State == InterruptEndProtocol.Acknowledged && !outcome.Path.IsMay
                && outcome.Key.Object == Value.OfResult(call.Number).Text && IsNowhereElse(outcome))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsNowhereElse(Outcome outcome) => !outcome.Path.Values.Any(one => one.Value.Text == outcome.Key.Object && !one.Key.StartsWith("‹", StringComparison.Ordinal));

    // Whoever is given it may end it.
    private static bool IsHandedOn(Scope scope, BodyResult result, CallEvent acknowledge, bool follows)
    {
        string acknowledged = Value.OfResult(acknowledge.Number).Text;
        return SymbolEqualityComparer.Default.Equals(result.Body.Method?.ReturnType, acknowledge.Target.ReturnType)
            || result.Calls.Any(call => call != acknowledge
                && call.Arguments.Values.Any(value => value is not null && value.Text.Contains(acknowledged))
                && !(follows && scope.Called(call.Target) is { } helper && scope.SummaryOf(helper).Protocols.Contains(InterruptEndProtocol.Name))
                && !call.Contract.Transitions.Any(transition => transition.Protocol == InterruptEndProtocol.Name));
    }

    // Both were acknowledged and run, and the one that is dropped was there first.
    private static UnendedInterrupt? OutOfOrder(BodyResult result, CallEvent call)
    {
        foreach (ProtocolStep step in call.Steps)
        {
            if (step is { Event.Name: "drop", State: InterruptEndProtocol.Acknowledged } && step.Table.Name == InterruptEndProtocol.Name && OutOfOrder(result, call, step) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static UnendedInterrupt? OutOfOrder(BodyResult result, CallEvent call, ProtocolStep step)
    {
        foreach (KeyValuePair<ProtocolKey, string> other in step.Path.Protocols)
        {
            if (other.Key.Protocol == step.Table.Name && other.Key != step.Key && other.Value == InterruptEndProtocol.Acknowledged
                && result.Calls.FirstOrDefault(one => Acknowledges(one) && Value.OfResult(one.Number).Text == other.Key.Object) is { } inner
                && inner.Before.Any(state => state.Protocols.TryGetValue(step.Key, out string? running) && running == InterruptEndProtocol.Acknowledged))
            {
                return new UnendedInterrupt(call, step, inner);
            }
        }

        return null;
    }
}
