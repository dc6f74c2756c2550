using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A constant priority that is of one level where the distributor shows what is stored, and of another where it shifts.</summary>
internal sealed class IRQ0306PriorityView() : ScopeRule("IRQ0306")
{
    public override IEnumerable<Finding> Check(ScopeModel model) =>
        from call in model.Calls
        where call.Contract.Priority is not null
        let use = call.Contract.Priority
        where call.Arguments.TryGetValue(use.Parameter, out Flow.Value? value) && value?.Number is { } number && !use.IsValidInEveryView(number)
        let priority = call.Arguments[use.Parameter]!.Number!.Value
        select Finding.At(
            call,
            null,
            LawIds.PriorityView,
            call.Name,
            Hex(priority),
            use.LevelOf(use.Unshifted(priority)),
            use.LevelOf(use.Shifted(priority)),
            Hex(use.Shifted(priority)),
            use.Absolute ? "Use a priority of 0x80 or above, which Non-secure software can express" : "Convert it to the view of the machine first");

    private static string Hex(long value) => string.Format(CultureInfo.InvariantCulture, "0x{0:x2}", value);
}
