using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// A disable, or a write of the control register, that may not have taken effect: something relies on it, or the method returns to callers that will. Where it is relied on in the
/// same body, that is the place that is told.
/// </summary>
internal sealed class IRQ0313WriteNotAwaited() : ScopeRule("IRQ0313")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        var told = new HashSet<Body>();
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.WritePending))
        {
            told.Add(call.Body);
            string wait = step.Table.Name == RegisterWriteProtocol.Distributor ? Steps.DistributorRwp : Steps.RedistributorRwp;
            yield return LineFindings.At(call, step, LawIds.WritePending, call.Name, "relies on a disable before it that may not have taken effect") with
            {
                ForFix = new Dictionary<string, string?> { [FixProperties.Step] = wait, [FixProperties.Side] = FixProperties.Before },
            };
        }

        foreach (OrderBreach breach in model.Order.Of(LawIds.WritePending).Where(breach => breach.Fault is OrderFault.NotFollowed or OrderFault.TooSoon && !told.Contains(breach.Call.Body)))
        {
            string what = breach.Fault == OrderFault.NotFollowed
                ? $"may not have taken effect when '{breach.Call.Body.Name}' returns"
                : $"relies on '{breach.Other!.Name}', which may not have taken effect";
            yield return OrderFindings.At(breach, breach.Call.Name, what);
        }
    }
}
