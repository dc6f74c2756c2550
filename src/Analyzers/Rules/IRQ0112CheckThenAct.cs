using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Guarded data that is checked without its lock and acted on under it.</summary>
internal sealed class IRQ0112CheckThenAct() : ScopeRule("IRQ0112")
{
    public override IEnumerable<Finding> Check(ScopeModel model) =>
        from use in model.StaleUses
        where use.Decides && !use.Held
        group use by use.Read into uses
        select Describe(model, uses.First());

    private static Finding Describe(ScopeModel model, StaleUse use)
    {
        BodyResult result = model.Scope.ResultOf(use.Use.Body);
        string body = use.Use.Body.Name;
        object[] arguments = [body, use.ReadData, use.Lock];
        if (result.Data.FirstOrDefault(one => one.Operation == use.Read) is { } check)
        {
            return Finding.At(check, null, LawIds.DataCheckThenAct, arguments) with
            {
                Path = [$"{body} reads {use.ReadData} without {use.Lock}", $"{body} writes {use.Use.Display} under it"],
                Locations = [use.Use.Operation.Syntax.GetLocation()],
            };
        }

        // What is called reads it, and a run sees it there.
        CallEvent call = result.Calls.First(one => one.Operation == use.Read);
        return Finding.At(call, null, LawIds.DataCheckThenAct, arguments) with
        {
            Ends = [.. model.Calls.Where(one => one.Operation == use.Origin)],
            Path = [$"{body} calls {call.Name}, which reads {use.ReadData} without {use.Lock}", $"{body} writes {use.Use.Display} under it"],
            Locations = [use.Origin.Syntax.GetLocation(), use.Use.Operation.Syntax.GetLocation()],
        };
    }
}
