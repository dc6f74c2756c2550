using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Stopping the other CPUs by NMI before they were asked by an ordinary IPI and given time.</summary>
internal sealed class IRQ0803StopOrder() : ScopeRule("IRQ0803")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.TracedSteps
        .Where(one => one.Step.Row!.Law == LawIds.StopOrder)
        .Select(one => LineFindings.At(one.Call, one.Step, LawIds.StopOrder, one.Call.Name, one.Step.Row!.Problem!, Suffix(one)) with
        {
            Path = [.. one.Path.Select(body => body.Name), $"{one.Call.Body.Name} calls {one.Call.Name}"],
            Locations = [.. one.Path.Select(body => body.Location)],
        });

    private static string Suffix(TracedStep step) =>
        step.Path.Length < 2 ? "" : ", reached via " + string.Join(" → ", step.Path.Select(body => body.Name));
}
