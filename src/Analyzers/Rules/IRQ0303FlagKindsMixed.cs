using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A word of one mask where a word of another is expected: what the types let through, by a reinterpretation or as a raw number.</summary>
internal sealed class IRQ0303FlagKindsMixed() : ScopeRule("IRQ0303")
{
    public override IEnumerable<Finding> Check(ScopeModel model)
    {
        foreach (Body body in model.Scope.Bodies)
        {
            BodyResult result = model.Scope.ResultOf(body);
            foreach (CallEvent taken in result.Calls)
            {
                if (taken.Contract.Reinterprets is { } kinds)
                {
                    yield return Finding.At(taken, null, LawIds.FlagKind, taken.Name, Display(kinds.From), $"taken for {Display(kinds.To)}", Owner(kinds.From)) with
                    {
                        // Taking it is nothing that happens; it shows where the word is put back.
                        Ends = [.. result.Calls.Where(call => call.Contract.RestoresMask != Mask.None && call.Arguments.Values.Any(argument => argument?.MentionsResultOf(taken.Number) == true))],
                    };
                }
            }

            foreach (MixedFlags mixed in result.Mixed)
            {
                yield return new Finding(
                    LawIds.FlagKind,
                    mixed is { Call: { } call, Target: { } target } ? Sites.Of(body, call, target) : new Site(Sites.MemberOf(body), mixed.Place.OriginalDefinition.GetDocumentationCommentId() ?? mixed.Place.Name, 0),
                    mixed.Operation.Syntax.GetLocation(),
                    mixed.Place.Name, Display(mixed.From), $"used where {Display(mixed.To)} is expected", Owner(mixed.From));
            }
        }
    }

    private static string Display(FlagKind kind) => kind switch
    {
        FlagKind.IrqFlags => "a word of local_irq_save",
        FlagKind.DaifFlags => "a word of local_daif_save",
        FlagKind.Pmr => "a value of PMR",
        _ => "a value of DAIF",
    };

    private static string Owner(FlagKind kind) => kind switch
    {
        FlagKind.IrqFlags => "local_irq_restore",
        FlagKind.DaifFlags => "local_daif_restore",
        FlagKind.Pmr => "a write of PMR",
        _ => "a write of DAIF",
    };
}
