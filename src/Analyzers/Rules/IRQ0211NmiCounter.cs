using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A count that an NMI and the code it interrupts change, one of them in two steps.</summary>
internal sealed class IRQ0211NmiCounter() : ScopeRule("IRQ0211")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => NmiCounters.Find(model).Select(Describe);

    private static Finding Describe(NmiCounterRace race)
    {
        CellChange broken = race.Broken;
        CellChange other = race.Other;
        Finding finding = Finding.At(
            broken.Call,
            broken.Reach,
            LawIds.NmiCounter,
            broken.Call.Name,
            LockPath.DisplayOf(broken.Cell),
            broken.Situation.Contexts.Describe(),
            broken.Reach.Suffix,
            other.Call.Body.Name,
            other.Situation.Contexts.Describe());
        return finding with
        {
            Subjects = [broken.Cell.GetDocumentationCommentId() ?? broken.Cell.Name],
            Path = [.. other.Reach.Lines, $"{other.Call.Body.Name} calls {other.Call.Name}", .. finding.Path],
            Locations = [.. other.Reach.Locations, other.Call.Operation.Syntax.GetLocation(), .. finding.Locations],
            Ends = [other.Call],
        };
    }
}
