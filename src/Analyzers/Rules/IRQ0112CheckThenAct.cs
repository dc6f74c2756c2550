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
        DataEvent check = model.Scope.ResultOf(use.Use.Body).Data.First(one => one.Operation == use.Read);
        return Finding.At(check, null, LawIds.DataCheckThenAct, check.Body.Name, check.Display, use.Lock) with
        {
            Path = [$"{check.Body.Name} reads {check.Display} without {use.Lock}", $"{check.Body.Name} writes {use.Use.Display} under it"],
            Locations = [use.Use.Operation.Syntax.GetLocation()],
        };
    }
}
