using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Request, enable, disable and tear-down of one line in different methods, of different flavours under the same condition.</summary>
internal sealed class IRQ0801IpiFlavoursDiffer() : ScopeRule("IRQ0801")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Lines.Conflicts
        .Where(one => one.Law == LawIds.LineFlavour)
        .Select(one => LineFindings.At(
            one.Call,
            one.Step,
            LawIds.LineFlavour,
            one.Call.Name,
            one.Step.ObjectDisplay,
            one.Step.Event.Flavour!,
            one.Other.Body.Name,
            one.OtherEvent.Flavour!) with
        {
            Locations = [one.Other.Operation.Syntax.GetLocation()],
            Path = [$"{one.Other.Body.Name} calls {one.Other.Name}", $"{one.Call.Body.Name} calls {one.Call.Name}"],
        });
}
