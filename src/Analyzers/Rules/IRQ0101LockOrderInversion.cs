using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Lock classes that are taken in orders which form a ring, of any length.</summary>
internal sealed class IRQ0101LockOrderInversion() : ScopeRule("IRQ0101")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Locks.Rings
        .Where(ring => ring.Kind == LockReportKind.OrderCycle)
        .Select(ring => Describe(model.Locks, ring));

    internal static Finding Describe(LockDiscipline locks, LockRing ring)
    {
        LockRingStep first = ring.Steps[0];
        CallEvent call = first.Waiting.Call;
        string others = string.Join(", ", ring.Steps.Skip(1).Select(step =>
            $"'{step.Waiting.Call.Body.Name}' takes {locks.DisplayOf(step.Step.To)} while {locks.DisplayOf(step.Step.From)} is held"));
        return Finding.At(call, null, LawIds.LockOrder, call.Body.Name, locks.DisplayOf(first.Step.To), locks.DisplayOf(first.Step.From), others) with
        {
            IsAboutSubjects = true,
            Subjects = [.. ring.Steps.Select(step => step.Step.To.Name).OrderBy(name => name, System.StringComparer.Ordinal)],
            Ends = [.. ring.Steps.Select(step => step.Waiting.Call)],
            Path = [.. ring.Steps.SelectMany(LockPaths.Lines)],
            Locations = [.. ring.Steps.SelectMany(LockPaths.Places)],
        };
    }
}
