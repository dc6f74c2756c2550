using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>NMI and IRQ operations mixed on one line within one body.</summary>
internal sealed class IRQ0206LineFlavourMixed() : ScopeRule("IRQ0206")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        foreach ((CallEvent call, ProtocolStep step) in LineFindings.Definite(model, LawIds.LineFlavour))
        {
            yield return LineFindings.At(call, step, LawIds.LineFlavour, call.Name, step.ObjectDisplay, step.Row!.Problem!, "");
        }
    }
}
