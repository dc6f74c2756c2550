using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Waiting for other CPUs with interrupts masked, or in an interrupt.</summary>
internal sealed class IRQ0802CrossCallWait() : ScopeRule("IRQ0802")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.CrossCallWait && one.Reach.Kind != RootKind.Promised)
        .Select(Describe);

    internal static Finding Describe(CallBreach one) => Finding.At(
        one.Call,
        one.Reach,
        LawIds.CrossCallWait,
        one.Call.Name, one.Breach.Where, one.Reach.Suffix);
}
