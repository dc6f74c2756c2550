using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Operations that do not follow or precede each other as the program's own contracts say.</summary>
internal sealed class IRQ0319StepOrder() : ScopeRule("IRQ0319")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.StepOrder).Select(breach => OrderFindings.At(
        breach,
        breach.Call.Name,
        breach.Fault switch
        {
            OrderFault.TooSoon => $"comes before the {Steps.Display(breach.Step)} that must follow '{breach.Other!.Name}'",
            OrderFault.NotFollowed => $"must be followed by the {Steps.Display(breach.Step)}, and '{breach.Call.Body.Name}' returns without it",
            OrderFault.NotPreceded => $"must be preceded by the {Steps.Display(breach.Step)}, which has not come",
            OrderFault.Stale => $"must be preceded by the {Steps.Display(breach.Step)}, anew after '{breach.Other!.Name}'",
            _ => $"comes before '{breach.Other!.Name}', which belongs first",
        },
        OrderFindings.Via(breach)));
}
