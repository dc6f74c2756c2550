using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A level interrupt is deactivated, unmasked, before the call that quiets its device.</summary>
internal sealed class IRQ0312DeactivatedBeforeQuiet() : ScopeRule("IRQ0312")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.EarlyDeactivate)
        .Where(breach => breach.Fault == OrderFault.TooEarly)
        .Select(breach => OrderFindings.At(breach, breach.Call.Name, breach.Other!.Name));
}
