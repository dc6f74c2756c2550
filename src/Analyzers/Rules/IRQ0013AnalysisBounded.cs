using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A body of which not every path was followed: that nothing is found in it means little.</summary>
internal sealed class IRQ0013AnalysisBounded() : ScopeRule("IRQ0013")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Scope.CutShort.Select(one => new Finding(
        LawIds.AnalysisBounded,
        new Site(Sites.MemberOf(one.Body), Sites.MemberOf(one.Body), 0),
        one.Body.Location,
        one.Body.Name,
        one.Why));
}
