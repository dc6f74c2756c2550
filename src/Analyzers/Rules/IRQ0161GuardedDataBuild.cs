using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0111 on a way that crosses types.</summary>
internal sealed class IRQ0161GuardedDataBuild() : ScopeRule("IRQ0161")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => IRQ0111GuardedData.Find(model);
}
