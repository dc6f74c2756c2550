using System.Collections.Generic;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A request with a constant argument that is always refused.</summary>
internal sealed class IRQ0204NmiRequestRefused() : ScopeRule("IRQ0204")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        foreach (CallEvent call in model.Calls)
        {
            if (call.Refused() is { Law: LawIds.NmiRequestConstraint } constraint)
            {
                yield return Refusal(call, constraint, call.NumberOf(constraint.Parameter)!.Value);
            }
        }
    }

    private static Finding Refusal(CallEvent call, ArgumentConstraint constraint, long number)
    {
        (string what, string because, string remedy) = constraint.Rule switch
        {
            ArgumentRule.RejectsFlag => ($"{constraint.FlagName}", "it is not possible for such a line", $"Leave {constraint.FlagName} out"),
            ArgumentRule.RequiresFlag => ($"a request without {constraint.FlagName}", "it is needed for such a line", $"Add {constraint.FlagName}"),
            _ => ($"{constraint.Parameter} = {number}", "it is not such a line", $"Use a value from {constraint.Minimum} to {constraint.Maximum}"),
        };
        Finding finding = Finding.At(call, null, LawIds.NmiRequestConstraint, call.Name, what, constraint.Because ?? because, remedy);
        if (call.Arguments.SyntaxOf(constraint.Parameter) is { } argument)
        {
            finding = finding with { Location = argument.GetLocation() };
        }

        return constraint.Rule == ArgumentRule.Range
            ? finding
            : finding with { ForFix = new Dictionary<string, string?> { [FixProperties.FlagParameter] = constraint.Parameter } };
    }
}
