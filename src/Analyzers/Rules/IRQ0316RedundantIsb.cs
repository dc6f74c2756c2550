using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A barrier directly after an operation that makes it superfluous, and before nothing that needs it.</summary>
internal sealed class IRQ0316RedundantIsb() : ScopeRule("IRQ0316")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.RedundantSync)
        .Select(breach => OrderFindings.At(breach, Steps.Display(breach.Step), breach.Other?.Name ?? ""));
}
