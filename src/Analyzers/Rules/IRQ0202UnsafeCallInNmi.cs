using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>An operation that is not safe from NMI, in an NMI.</summary>
internal sealed class IRQ0202UnsafeCallInNmi() : ScopeRule("IRQ0202")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.NmiUnsafeCall && one.Reach.Kind != RootKind.Promised)
        .Select(Describe);

    internal static Finding Describe(CallBreach one) => Finding.At(
        one.Call,
        one.Reach,
        LawIds.NmiUnsafeCall,
        one.Call.Name, one.Breach.Where, one.Breach.Because, one.Reach.Suffix);
}
