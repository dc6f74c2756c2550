using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// A redistributor is put to sleep with the group of its CPU on, or the group turned on while it sleeps: in the state the body itself left it in, or on a path on which nothing
/// turned the group off.
/// </summary>
internal sealed class IRQ0320RedistributorPower() : ScopeRule("IRQ0320")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        var told = new HashSet<CallEvent>();
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.RedistributorPower))
        {
            told.Add(call);
            yield return LineFindings.At(call, step, LawIds.RedistributorPower, call.Name, step.Row!.Problem!, "");
        }

        foreach (OrderBreach breach in model.Order.Of(LawIds.RedistributorPower).Where(breach => !told.Contains(breach.Call)))
        {
            yield return OrderFindings.At(breach, breach.Call.Name, $"there is no {Steps.Display(breach.Step)} before it", OrderFindings.Via(breach));
        }
    }
}
