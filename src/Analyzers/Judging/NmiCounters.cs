using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A change of a cell, in a context.</summary>
/// <param name="Call">The call that writes it.</param>
/// <param name="Cell">The field or property that holds the cell.</param>
/// <param name="Reach">The way there.</param>
/// <param name="Situation">The situation there.</param>
/// <param name="InTwoSteps">True when it is read before, and something may come between.</param>
internal sealed record CellChange(CallEvent Call, ISymbol Cell, Reach Reach, Situation Situation, bool InTwoSteps);

/// <summary>A change in two steps, and one that an NMI may make between them, or that code elsewhere makes while the NMI is between them.</summary>
/// <param name="Broken">The change in two steps.</param>
/// <param name="Other">The other.</param>
internal sealed record NmiCounterRace(CellChange Broken, CellChange Other);

/// <summary>Finds counts that an NMI and other code change, not both atomically.</summary>
internal static class NmiCounters
{
    /// <summary>One for each change in two steps.</summary>
    public static IEnumerable<NmiCounterRace> Find(ScopeModel model)
    {
        if (!AnyInNmi(model))
        {
            yield break;
        }

        List<CellChange> changes = [.. Changes(model)];
        var told = new HashSet<CallEvent>();
        foreach (CellChange broken in changes.Where(change => change.InTwoSteps))
        {
            CellChange? other = changes.Find(change => SymbolEqualityComparer.Default.Equals(change.Cell, broken.Cell)
                && change.Reach.Root.Body != broken.Reach.Root.Body
                && (Interrupts(change, broken) || Interrupts(broken, change)));
            if (other is not null && told.Add(broken.Call))
            {
                yield return new NmiCounterRace(broken, other);
            }
        }
    }

    // The interrupted side may be on another CPU as well, where no mask keeps the NMI out.
    private static bool Interrupts(CellChange nmi, CellChange interrupted) =>
        (nmi.Situation.Contexts & Context.AnyNmi) is not Context.None and var contexts && PreemptionMatrix.MayPreempt(contexts, interrupted.Situation.Contexts, interrupted.Situation.Masked);

    // Without a change in an NMI there is nothing to compare.
    private static bool AnyInNmi(ScopeModel model)
    {
        foreach (Reach reach in model.Reaches)
        {
            foreach (CallEvent call in reach.Kind == RootKind.Promised ? [] : model.Scope.ResultOf(reach.Body).Calls)
            {
                if (Writes(call) && (reach.Situation.Contexts.MayBeNmi() || EntersNmi(call)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static bool Writes(CallEvent call)
    {
        foreach (DataEffect effect in call.Contract.Data)
        {
            if (effect.Writes)
            {
                return true;
            }
        }

        return false;
    }

    private static bool EntersNmi(CallEvent call)
    {
        foreach (PathState state in call.Before)
        {
            if (state.Entered.MayBeNmi())
            {
                return true;
            }
        }

        return false;
    }

    private static IEnumerable<CellChange> Changes(ScopeModel model)
    {
        foreach (Reach reach in model.Reaches.Where(reach => reach.Kind != RootKind.Promised))
        {
            foreach (CallEvent call in model.Scope.ResultOf(reach.Body).Calls)
            {
                foreach (DataEffect effect in call.Contract.Data)
                {
                    if (effect.Writes && CellOf(call, effect.Data) is { Member: { } member, Owner: null or { Text: "this" } } cell)
                    {
                        bool inTwoSteps = !effect.Marked && (call.Contract.Data.Any(other => !other.Writes && !other.Marked && other.Data == effect.Data) || WritesWhatItRead(model, call, cell));
                        foreach (Situation situation in call.Before.Select(state => Propagation.At(reach, call, state)).Distinct())
                        {
                            yield return new CellChange(call, member.OriginalDefinition, reach, situation.Contexts == Context.None && reach.Kind == RootKind.Entry ? situation with { Contexts = Context.Task } : situation, inTwoSteps);
                        }
                    }
                }
            }
        }
    }

    private static Value? CellOf(CallEvent call, string expression) =>
        expression == "this" ? call.Receiver : call.Arguments.TryGetValue(expression, out Value? value) ? value : null;

    // count.Write(count.Read() + 1)
    private static bool WritesWhatItRead(ScopeModel model, CallEvent call, Value cell) =>
        model.Scope.ResultOf(call.Body).Calls.Any(read => read.Contract.Data.Any(effect => !effect.Writes && CellOf(read, effect.Data)?.Text == cell.Text)
            && call.Arguments.Values.Any(argument => argument?.MentionsResultOf(read.Number) == true));
}
