using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>What was read under a lock, used after the lock was dropped to decide on or to find data that others may have changed meanwhile.</summary>
internal sealed class IRQ0113StaleAfterRetake() : ScopeRule("IRQ0113")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.StaleUses.Where(use => use.Held).Select(Describe);

    private static Finding Describe(StaleUse use) =>
        Finding.At(use.Use, null, LawIds.DataStale, use.Use.Body.Name, use.Use.Display, use.Decides ? "because of" : "through", use.ReadData, use.Lock) with
        {
            Path = [$"{use.Use.Body.Name} reads {use.ReadData} under {use.Lock}", $"{use.Use.Body.Name} drops {use.Lock}", $"{use.Use.Body.Name} {(use.Use.Writes ? "writes" : "reads")} {use.Use.Display}"],
            Locations = [use.Read.Syntax.GetLocation(), .. use.Origin == use.Read ? [] : new[] { use.Origin.Syntax.GetLocation() }],
            ForFix = new Dictionary<string, string?> { [FixProperties.ReadAt] = use.Read.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture) },
        };
}
