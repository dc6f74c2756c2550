using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A barrier that the interrupt controller needs: round the sending of an SGI, after ICC_SRE_EL1, on the way to power-down.</summary>
internal sealed class IRQ0318BarrierMissing() : ScopeRule("IRQ0318")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.GicBarrier)
        .Select(breach => OrderFindings.At(breach, breach.Call.Name, OrderFindings.Missing(breach), OrderFindings.Relation(breach), OrderFindings.Via(breach)));
}
