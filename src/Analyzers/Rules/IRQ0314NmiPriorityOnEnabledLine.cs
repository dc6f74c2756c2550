using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A line is given the priority of an NMI while it is enabled.</summary>
internal sealed class IRQ0314NmiPriorityOnEnabledLine() : ScopeRule("IRQ0314")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => LineFindings.Definite(model, LawIds.NmiPriority)
        .Select(one => LineFindings.At(one.Call, one.Step, LawIds.NmiPriority, one.Call.Name, one.Step.ObjectDisplay, one.Step.Row!.Problem!));
}
