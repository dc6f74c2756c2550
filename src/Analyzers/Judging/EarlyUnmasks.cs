using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A call that lets interrupts in too early.</summary>
/// <param name="Call">The call.</param>
/// <param name="Mask">What it lets in.</param>
/// <param name="Other">What should come first: the call that prepares, or the one that acknowledged.</param>
/// <param name="Reach">The way there; null when the body alone makes it wrong.</param>
internal sealed record EarlyUnmask(CallEvent Call, Mask Mask, CallEvent Other, Reach? Reach);

/// <summary>
/// Finds what is let in before it can be served: on a path on which the preparation comes afterwards, and in a handler that may be an NMI before it is known that
/// an interrupt was acknowledged.
/// </summary>
internal static class EarlyUnmasks
{
    private static readonly Mask[] Masks = [Mask.Daif, Mask.Irq];

    /// <summary>Those that come before the preparation, one for each call that unmasks.</summary>
    public static IEnumerable<EarlyUnmask> BeforePreparation(ScopeModel model)
    {
        var told = new HashSet<CallEvent>();
        foreach (Body body in model.Scope.Bodies)
        {
            BodyResult result = model.Scope.ResultOf(body);
            foreach (CallEvent prepares in result.Calls.Where(call => call.Contract.PreparesInterrupts is not null))
            {
                foreach (Mask mask in Masks.Where(mask => prepares.Before.Any(state => state.Mask.LevelOf(mask) == MaskLevel.Unmasked)))
                {
                    if (result.Calls.LastOrDefault(call => call.Number != prepares.Number && call.After.Any(state => state.Mask.LevelOf(mask) == MaskLevel.Unmasked) && call.Before.Any(state => state.Mask.LevelOf(mask) != MaskLevel.Unmasked)
                            && call.Operation.Syntax.SpanStart < prepares.Operation.Syntax.SpanStart) is { } unmasks
                        && told.Add(unmasks))
                    {
                        yield return new EarlyUnmask(unmasks, mask, prepares, null);
                    }
                }
            }
        }
    }

    /// <summary>Those in a handler that may be an NMI, with an acknowledged INTID that nothing has looked at, one for each call.</summary>
    public static IEnumerable<EarlyUnmask> BeforeTest(ScopeModel model)
    {
        var told = new HashSet<CallEvent>();
        foreach (Reach reach in model.Reaches.Where(reach => reach.Kind != RootKind.Promised && reach.Situation.Contexts.MayBeNmi()))
        {
            // A body that says itself where it runs is judged by that.
            if (reach.Caller is not null && reach.Body.Method is { } method && model.Scope.Contracts.Contracts.Of(method).RunsIn != Context.None)
            {
                continue;
            }

            BodyResult result = model.Scope.ResultOf(reach.Body);
            List<CallEvent> acknowledges = [.. result.Calls.Where(call => call.Contract.Transitions.Any(one => one.Protocol == InterruptEndProtocol.Name && one.Event == "acknowledge" && one.Of == "return"))];
            foreach (CallEvent call in acknowledges.Count == 0 ? [] : result.Calls)
            {
                foreach (PathState before in call.Before.Where(before => LetsNmisIn(call, before) && Propagation.IsPossible(reach, before) && Propagation.Narrowed(reach.Situation, before).Contexts.MayBeNmi()))
                {
                    if (acknowledges.Find(one => IsUnlookedAt(one, before)) is { } acknowledged && told.Add(call))
                    {
                        yield return new EarlyUnmask(call, Mask.Daif, acknowledged, reach);
                    }
                }
            }
        }
    }

    private static bool LetsNmisIn(CallEvent call, PathState before) => before.Mask.Daif != MaskLevel.Unmasked
        && (call.WrittenMask is { Daif: MaskLevel.Unmasked } && (call.Contract.RestoresMask & Mask.Daif) != 0
            || call.Contract.SetsMask.Any(change => !change.Masked && (change.Mask & Mask.Daif) != 0));

    // Acknowledged on this path, and no condition of it says anything about the INTID.
    private static bool IsUnlookedAt(CallEvent acknowledge, PathState state)
    {
        // That it is a special INTID, or none, is assumed of each path until something asks.
        string intId = Value.OfResult(acknowledge.Number).Text;
        HashSet<string> assumed = [.. acknowledge.Contract.Transitions.Where(one => one.Unless is not null).Select(one => $"{intId}.{one.Unless}")];
        return state.Values.Values.Any(value => value.Text == intId) && !state.Facts.Keys.Any(fact => fact.Contains(intId) && !assumed.Contains(fact));
    }
}
