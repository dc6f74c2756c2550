using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Interrupts turned on, whatever the state before, where a caller or an outer section relies on them being off.</summary>
internal sealed class IRQ0302UnconditionalEnable() : ScopeRule("IRQ0302")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => MaskDiscipline.Unmasked(model).Select(Describe);

    private static Finding Describe(MaskBreak wrong)
    {
        string what = Names.Of(wrong.Mask);
        string other = wrong.Other?.Name ?? "";
        (string problem, string remedy) = wrong.Fault switch
        {
            MaskFault.DropsSaved => ($"turns {what} on, but '{other}' saved the state before, in which they may be off", "Restore what was saved"),
            MaskFault.UnmasksUnderLock => ($"turns {what} on under the lock that '{other}' took with them off", "Release the lock first"),
            MaskFault.BreaksPromise => ($"turns {what} on, but {wrong.Call.Body.Name} promises to keep the mask it finds", "Save the state and restore that"),
            _ => ($"turns {what} on, but they are off where {wrong.Reach!.Body.Name} is called", "Save the state and restore that"),
        };
        Finding finding = Finding.At(wrong.Call, wrong.Reach, LawIds.MaskEnable, wrong.Call.Name, problem, wrong.Reach!.Suffix, remedy);
        return finding with
        {
            Path = [.. wrong.Other is { } first ? new[] { $"{first.Body.Name} calls {first.Name}" } : [], .. finding.Path],
            Locations = [.. wrong.Other is { } at ? new[] { at.Operation.Syntax.GetLocation() } : [], .. finding.Locations],
            ForFix = new Dictionary<string, string?>
            {
                [FixProperties.Flavour] = wrong.Fault.ToString(),
                [FixProperties.TakenAt] = wrong.Other?.Operation.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture),
            },
        };
    }
}
