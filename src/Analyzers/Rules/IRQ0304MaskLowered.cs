using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A constant written to a mask register that masks less than what a caller, the context or an outer section relies on.</summary>
internal sealed class IRQ0304MaskLowered() : ScopeRule("IRQ0304")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => MaskDiscipline.Lowered(model).Select(Describe);

    private static Finding Describe(MaskBreak wrong)
    {
        string value = wrong.Call.Arguments.FirstWritten?.ToString() ?? "a constant";
        string relied = wrong.Other is { } section ? $"'{section.Name}' may have found or left masked" : $"are masked where {wrong.Reach!.Body.Name} is called";
        Finding finding = Finding.At(wrong.Call, wrong.Reach, LawIds.MaskLowered, wrong.Call.Name, value, Names.Of(wrong.Mask), relied, wrong.Reach!.Suffix);
        return finding with
        {
            Path = [.. wrong.Other is { } first ? new[] { $"{first.Body.Name} calls {first.Name}" } : [], .. finding.Path],
            Locations = [.. wrong.Other is { } at ? new[] { at.Operation.Syntax.GetLocation() } : [], .. finding.Locations],
        };
    }
}
