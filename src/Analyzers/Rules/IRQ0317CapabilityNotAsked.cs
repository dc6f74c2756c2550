using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>What only some machines have is used on a path on which nothing asked whether this one has it.</summary>
internal sealed class IRQ0317CapabilityNotAsked() : ScopeRule("IRQ0317")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Order.Of(LawIds.Capability)
        .Select(breach => OrderFindings.At(breach, breach.Call.Name, breach.Step, OrderFindings.Via(breach)));
}
