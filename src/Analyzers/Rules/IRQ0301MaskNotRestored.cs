using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A saved mask that is not restored on some path, or is restored twice or out of order.</summary>
internal sealed class IRQ0301MaskNotRestored() : ScopeRule("IRQ0301")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => MaskDiscipline.Unrestored(model).Select(Describe);

    private static Finding Describe(MaskBreak wrong)
    {
        string other = wrong.Other?.Name ?? "";
        (string problem, string remedy) = wrong.Fault switch
        {
            MaskFault.NotRestored => ($"saves the mask, and {wrong.Call.Body.Name} returns without restoring it{(wrong.OnSomePath ? " on some path" : "")}", "Restore it before each return, or declare [SavesMask]"),
            MaskFault.RestoredAgain => (wrong.Other is null ? "restores a mask that was restored before" : $"restores a mask that was restored before, inside the section that '{other}' began", "Restore each saved mask once"),
            MaskFault.SharedByCpus => ($"saves the mask of this CPU in {wrong.SharedIn}, where another CPU may overwrite it before it is restored", "Keep it in a local variable, or hold a lock while it is there"),
            MaskFault.LeftMasked => ($"leaves {Names.Of(wrong.Mask)} off, but {wrong.Call.Body.Name} promises to keep the mask it finds", "Save it and restore it"),
            _ => ($"restores a mask while what '{other}' saved inside it is still to be restored", "Restore in the reverse order"),
        };
        return Finding.At(wrong.Call, null, LawIds.MaskRestore, wrong.Call.Name, problem, remedy) with
        {
            Path = [.. wrong.Other is { } saving ? new[] { $"{saving.Body.Name} calls {saving.Name}" } : [], $"{wrong.Call.Body.Name} calls {wrong.Call.Name}", .. wrong.Fault == MaskFault.NotRestored ? new[] { $"{wrong.Call.Body.Name} returns" } : []],
            Locations = [.. wrong.Other is { } at ? new[] { at.Operation.Syntax.GetLocation() } : []],
            ForFix = new Dictionary<string, string?> { [FixProperties.Flavour] = wrong.Fault.ToString() },
        };
    }
}
