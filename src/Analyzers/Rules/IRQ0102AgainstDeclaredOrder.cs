using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Lock classes taken against the order that is declared for them, in one place or through a chain of others.</summary>
internal sealed class IRQ0102AgainstDeclaredOrder() : ScopeRule("IRQ0102")
{
    // One place may be reached in several ways, and be part of several chains: the shortest says it.
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Locks.AgainstOrder
        .GroupBy(broken => broken.Steps[broken.Steps.Length - 1].Waiting.Call)
        .Select(group => group.OrderBy(broken => broken.Steps.Length).First())
        .Select(broken => Describe(model.Locks, broken));

    private static Finding Describe(LockDiscipline locks, OrderBreak broken)
    {
        LockRingStep last = broken.Steps[broken.Steps.Length - 1];
        CallEvent call = last.Waiting.Call;
        string wanted = locks.DisplayOf(last.Step.To);
        string first = locks.DisplayOf(broken.Steps[0].Step.From);
        string chain = string.Concat(broken.Steps.Take(broken.Steps.Length - 1).Reverse().Select(step =>
            $", '{step.Waiting.Call.Body.Name}' takes {locks.DisplayOf(step.Step.To)} while {locks.DisplayOf(step.Step.From)} is held"));
        return Finding.At(call, last.Waiting.Reach, LawIds.LockDeclaredOrder, call.Body.Name, wanted, locks.DisplayOf(last.Step.From), chain, broken.Declared, first) is var finding
            ? finding with
            {
                Subjects = [broken.Steps[0].Step.From.Name, last.Step.To.Name],
                Path = [.. broken.Steps.SelectMany(LockPaths.Lines)],
                Locations = [.. broken.Steps.SelectMany(LockPaths.Places)],
                ForFix = broken.Steps.Length == 1 && broken.Steps[0].Held is { } held && held.Call.Body == call.Body
                    ? new Dictionary<string, string?> { [FixProperties.TakenAt] = held.Call.Operation.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture) }
                    : ImmutableDictionary<string, string?>.Empty,
            }
            : finding;
    }
}
