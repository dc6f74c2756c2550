using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A CPU that comes up lets interrupts through with the binary point, or CBPR, that firmware left.</summary>
internal sealed class IRQ0315BinaryPointNotSet() : ScopeRule("IRQ0315")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.BinaryPoint)
        .Where(breach => breach.Fault == OrderFault.TooSoon)
        .Select(breach => OrderFindings.At(breach, breach.Call.Name, Steps.Display(breach.Step), breach.Other!.Name, OrderFindings.Via(breach)));
}
