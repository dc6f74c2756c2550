using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>An operation outside the contexts or masks it is legal in.</summary>
internal sealed class IRQ0210OutsideLegalContext() : ScopeRule("IRQ0210")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.ContextLegal && one.Reach.Kind != RootKind.Promised)
        .Select(Describe);

    internal static Finding Describe(CallBreach one) => Finding.At(
        one.Call,
        one.Reach,
        LawIds.ContextLegal,
        one.Call.Name, one.Breach.Because, one.Breach.Where, one.Reach.Suffix);
}
