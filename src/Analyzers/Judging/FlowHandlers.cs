using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A flow handler that does not fit what the line is requested as.</summary>
/// <param name="Call">The call that sets it.</param>
/// <param name="Display">The line as written there.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Request">The request it does not fit; null where it fits none, or where that is known from the line's number.</param>
/// <param name="Fitting">The event that sets what fits; null where that is not known.</param>
internal sealed record UnfitFlowHandler(CallEvent Call, string Display, string Problem, CallEvent? Request, string? Fitting);

/// <summary>
/// Compares the flow handlers that bodies set with the requests of the same lines: in one body in the order of its paths, across bodies where everything that is set on a line
/// does not fit a request of it.
/// </summary>
internal static class FlowHandlers
{
    /// <summary>The flow handlers that do not fit, in source order.</summary>
    public static IEnumerable<UnfitFlowHandler> Find(Scope scope)
    {
        var found = new Dictionary<CallEvent, UnfitFlowHandler>();
        List<LineStep> steps = [.. Steps(scope)];
        foreach (UnfitFlowHandler unfit in steps.Select(step => ByItself(step, steps) ?? InItsBody(scope, step)).OfType<UnfitFlowHandler>().Concat(AcrossBodies(steps)))
        {
            if (!found.ContainsKey(unfit.Call))
            {
                found[unfit.Call] = unfit;
            }
        }

        return found.Values.InSourceOrder(unfit => unfit.Call);
    }

    private static IEnumerable<LineStep> Steps(Scope scope) =>
        from body in scope.Bodies
        from call in scope.ResultOf(body).Calls
        from step in call.Steps
        where step.Table.Name == FlowHandlerProtocol.Name
        select new LineStep(call, step);

    // What no line is driven by, and what no line of this number is.
    private static UnfitFlowHandler? ByItself(LineStep at, IReadOnlyList<LineStep> steps)
    {
        ProtocolRow? never = FlowHandlerProtocol.Sets(at.Event) ? at.Step.Table.NeverLegal(at.Event) : null;
        if (never is not null)
        {
            List<LineStep> requests = [.. steps.Where(one => FlowHandlerProtocol.Requests(one.Event) && one.IsOfLineOf(at))];
            string?[] fitting = [.. requests.Select(request => FlowHandlerProtocol.Fitting(request.Event)).Distinct()];
            return new UnfitFlowHandler(at.Call, at.Step.ObjectDisplay, never.Problem!, requests.FirstOrDefault()?.Call, fitting.Length == 1 ? fitting[0] : null);
        }

        return at.Call.Refused() is { Law: LawIds.FlowHandler } refused
            ? new UnfitFlowHandler(at.Call, at.Step.ObjectDisplay, refused.Because!, null, FittingNumber(at.Call, refused))
            : null;
    }

    // The event that the same operation offers for a line of this number: the only one that its constraints let pass and that is not for NMIs.
    private static string? FittingNumber(CallEvent call, ArgumentConstraint refused)
    {
        long number = call.NumberOf(refused.Parameter)!.Value;
        foreach (string @event in new[] { FlowHandlerProtocol.SetPercpu, FlowHandlerProtocol.SetShared })
        {
            if (call.Contract.Transitions.FirstOrDefault(one => one.Event == @event)?.When is { Terms: { Count: 1 } terms } && terms[0] is { Equal: true } term
                && call.Contract.Refused(_ => number, parameter => parameter == term.Parameter ? term.Constant : call.ConstantOf(parameter)) is null)
            {
                return @event;
            }
        }

        return null;
    }

    private static UnfitFlowHandler? InItsBody(Scope scope, LineStep at)
    {
        if (at.Step.Row is not { Law: LawIds.FlowHandler } broken)
        {
            return null;
        }

        IEnumerable<LineStep> before = scope.ResultOf(at.Call.Body).Calls
            .Where(call => call.Operation.Syntax.SpanStart < at.Call.Operation.Syntax.SpanStart)
            .SelectMany(call => call.Steps.Where(step => step.Key == at.Step.Key).Select(step => new LineStep(call, step)))
            .Reverse();
        return FlowHandlerProtocol.Sets(at.Event)
            ? new UnfitFlowHandler(at.Call, at.Step.ObjectDisplay, broken.Problem!, before.FirstOrDefault(one => FlowHandlerProtocol.Requests(one.Event))?.Call, FlowHandlerProtocol.Fitting(broken.State))
            : before.FirstOrDefault(one => FlowHandlerProtocol.Sets(one.Event) && FlowHandlerProtocol.After(one.Event) == broken.State) is { } set
                ? new UnfitFlowHandler(set.Call, set.Step.ObjectDisplay, broken.Problem!, at.Call, FlowHandlerProtocol.Fitting(at.Event))
                : null;
    }

    private static IEnumerable<UnfitFlowHandler> AcrossBodies(IReadOnlyList<LineStep> steps)
    {
        // After a request that failed the line is as it was, whatever that is.
        foreach (IGrouping<ProtocolKey, LineStep> line in steps.Where(one => (one.Step.State ?? one.Step.Table.Initial) == one.Step.Table.Initial && one.Step.Key.IsAnchored()).GroupBy(one => one.Step.Key.Generalise()))
        {
            List<LineStep> sets = [.. line.Where(one => FlowHandlerProtocol.Sets(one.Event))];
            foreach (LineStep request in line.Where(one => FlowHandlerProtocol.Requests(one.Event)))
            {
                if (sets.Count > 0 && sets.TrueForAll(set => set.Call.Body != request.Call.Body && Problem(set, request) is not null && LineFlavours.MayMeet(set.Step, request.Step)))
                {
                    foreach (LineStep set in sets)
                    {
                        yield return new UnfitFlowHandler(set.Call, set.Step.ObjectDisplay, Problem(set, request)!, request.Call, FlowHandlerProtocol.Fitting(request.Event));
                    }
                }
            }
        }
    }

    private static string? Problem(LineStep set, LineStep request) =>
        request.Step.Table[FlowHandlerProtocol.After(set.Event), request.Event] is { Law: LawIds.FlowHandler } row ? row.Problem : null;

    /// <summary>A step of a line.</summary>
    private sealed record LineStep(CallEvent Call, ProtocolStep Step)
    {
        public string Event => Step.Event.Name;

        public bool IsOfLineOf(LineStep other) => other.Call.Body == Call.Body ? Step.Key == other.Step.Key : Step.Key.IsAnchored() && Step.Key.Generalise() == other.Step.Key.Generalise();
    }
}
