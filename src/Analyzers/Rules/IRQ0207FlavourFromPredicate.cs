using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// An NMI operation on a line under the condition that chose the request, or under none although nobody looked at what the request returned: what was wanted, not what was
/// granted.
/// </summary>
internal sealed class IRQ0207FlavourFromPredicate() : ScopeRule("IRQ0207")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.FlavourAfterRefusal))
        {
            yield return LineFindings.At(call, step, LawIds.FlavourAfterRefusal, call.Name, step.ObjectDisplay, "what was asked for", call.Body.Name);
        }

        foreach (LineConflict conflict in model.Lines.Conflicts.Where(one => one.Law == LawIds.FlavourAfterRefusal))
        {
            yield return LineFindings.At(conflict.Call, conflict.Step, LawIds.FlavourAfterRefusal, conflict.Call.Name, conflict.Step.ObjectDisplay, conflict.Condition is { } condition ? $"'{condition}'" : "what was asked for", conflict.Other.Body.Name) with
            {
                Locations = [conflict.Other.Operation.Syntax.GetLocation()],
                Path = [$"{conflict.Other.Body.Name} calls {conflict.Other.Name}, which may fail", $"{conflict.Call.Body.Name} calls {conflict.Call.Name}"],
            };
        }
    }
}
