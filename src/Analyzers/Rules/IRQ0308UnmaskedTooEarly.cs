using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Interrupts let in before stacks or handlers exist, or in an NMI before a special INTID is told from an interrupt.</summary>
internal sealed class IRQ0308UnmaskedTooEarly() : ScopeRule("IRQ0308")
{
    public override IEnumerable<Finding> Check(ScopeModel model) =>
        EarlyUnmasks.BeforePreparation(model).Select(Unprepared).Concat(EarlyUnmasks.BeforeTest(model).Select(Untested));

    private static Finding Unprepared(EarlyUnmask early) =>
        Finding.At(early.Call, null, LawIds.MaskUnready, early.Call.Name, Names.Of(early.Mask), $"'{early.Other.Name}' has prepared {early.Other.Contract.PreparesInterrupts}", "", "Prepare first") with
        {
            Path = [$"{early.Call.Body.Name} calls {early.Call.Name}", $"{early.Other.Body.Name} calls {early.Other.Name}"],
            Locations = [early.Other.Operation.Syntax.GetLocation()],
        };

    private static Finding Untested(EarlyUnmask early)
    {
        Finding finding = Finding.At(
            early.Call,
            early.Reach,
            LawIds.MaskUnready,
            early.Call.Name,
            Names.Of(early.Mask),
            $"it is known that '{early.Other.Name}' returned an interrupt",
            early.Reach!.Suffix,
            "Return for the special INTIDs 1020 to 1023 first, with everything still masked");
        return finding with
        {
            Locations = [early.Other.Operation.Syntax.GetLocation(), .. finding.Locations],
            ForFix = new Dictionary<string, string?> { [FixProperties.TakenAt] = early.Other.Operation.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture) },
        };
    }
}
