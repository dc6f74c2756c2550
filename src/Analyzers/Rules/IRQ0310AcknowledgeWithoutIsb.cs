using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The handlers of an interrupt are called without a context synchronisation event after its acknowledge.</summary>
internal sealed class IRQ0310AcknowledgeWithoutIsb() : ScopeRule("IRQ0310")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.AcknowledgeSync)
        .Where(breach => breach.Fault == OrderFault.TooSoon)
        .Select(breach => OrderFindings.At(breach, breach.Call.Name, OrderFindings.Missing(breach), breach.Other!.Name, OrderFindings.Via(breach)));
}
