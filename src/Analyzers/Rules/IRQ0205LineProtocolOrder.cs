using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// An operation on an interrupt line out of order: in the state its own body left the line in, or in every state the type's operations on the
/// line can lead to.
/// </summary>
internal sealed class IRQ0205LineProtocolOrder() : ScopeRule("IRQ0205")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.LineProtocol))
        {
            yield return LineFindings.At(call, step, LawIds.LineProtocol, call.Name, step.ObjectDisplay, step.Row!.Problem!, "");
        }

        foreach (LineConflict conflict in model.Lines.Conflicts.Where(one => one.Law == LawIds.LineProtocol))
        {
            yield return LineFindings.At(conflict.Call, conflict.Step, LawIds.LineProtocol, conflict.Call.Name, conflict.Step.ObjectDisplay, conflict.Problem!, $" (requested in {conflict.Other.Body.Name})");
        }
    }
}
