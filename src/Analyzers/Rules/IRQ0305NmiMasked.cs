using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A priority mask that holds back NMIs too, where they must stay deliverable.</summary>
internal sealed class IRQ0305NmiMasked() : ScopeRule("IRQ0305")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.NmiMasked)
        .Select(one => Finding.At(one.Call, one.Reach, LawIds.NmiMasked, one.Call.Name, one.Breach.Because, one.Reach.Suffix));
}
