using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The priority of an acknowledged interrupt is not dropped, dropped twice or out of order, or that of a special INTID is.</summary>
internal sealed class IRQ0311InterruptEnd() : ScopeRule("IRQ0311")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        var told = new HashSet<SyntaxNode>();
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.InterruptEnd))
        {
            told.Add(call.Operation.Syntax);
            yield return LineFindings.At(call, step, LawIds.InterruptEnd, call.Name, step.ObjectDisplay, step.Row!.Problem!);
        }

        foreach (TracedStep one in model.TracedSteps.Where(one => one.Step.Row!.Law == LawIds.InterruptEnd && told.Add(one.Call.Operation.Syntax)))
        {
            yield return LineFindings.At(one.Call, one.Step, LawIds.InterruptEnd, one.Call.Name, one.Step.ObjectDisplay, one.Step.Row!.Problem!) with
            {
                Path = [.. one.Path.Select(body => body.Name), $"{one.Call.Body.Name} calls {one.Call.Name}"],
                Locations = [.. one.Path.Select(body => body.Location)],
            };
        }

        foreach (UnendedInterrupt one in InterruptEnds.Find(model))
        {
            yield return one.Inner is { } inner
                ? LineFindings.At(one.Call, one.Step!, LawIds.InterruptEnd, one.Call.Name, one.Step!.ObjectDisplay, $"the interrupt that '{inner.Name}' acknowledged later still runs: end them in reverse order")
                : Finding.At(one.Call, null, LawIds.InterruptEnd, one.Call.Name, one.Call.Body.Name, "the interrupt is acknowledged, and on some path neither ended nor handed to its flow handler: no interrupt of its priority or below comes to this CPU any more. Write EOIR on every path, except for the special INTIDs") with
                {
                    Subjects = [InterruptEndProtocol.Name],
                };
        }
    }
}
