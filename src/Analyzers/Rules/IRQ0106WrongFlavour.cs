using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is released in another flavour than it was taken in, with an effect on masks that somebody relies on.</summary>
internal sealed class IRQ0106WrongFlavour() : ScopeRule("IRQ0106")
{
    private const string SameFlavour = "Release it in the flavour it was taken in";

    public override IEnumerable<Finding> Check(ScopeModel model) => LockFlavours.Find(model).Select(Describe);

    private static Finding Describe(FlavourBreak wrong)
    {
        string masked = wrong.Mask == Mask.SoftIrq ? "softirqs" : "interrupts";
        string taken = wrong.Taken?.Name ?? "";
        (string problem, string remedy) = wrong.Fault switch
        {
            FlavourFault.UnmasksOutside => ($"unmasks interrupts when {wrong.Lock.Display} is released, but they are off before it is taken", "Save the state when it is taken and restore that"),
            FlavourFault.UnmasksUnderOther => ($"turns interrupts on when {wrong.Lock.Display} is released, but {wrong.Other?.Display} is still held, which was taken with them off", "Restore the state that was saved for this lock"),
            FlavourFault.DropsSaved => ($"unmasks interrupts when {wrong.Lock.Display} is released, but '{taken}' saved the state before, in which they may be off", "Restore what was saved"),
            FlavourFault.UnmasksUntaken => ($"turns {masked} on when {wrong.Lock.Display} is released, but '{taken}' did not turn them off", SameFlavour),
            FlavourFault.LeavesMasked => ($"releases {wrong.Lock.Display} and leaves {masked} off, which '{taken}' turned off", SameFlavour),
            _ => ($"is an inner step of '{wrong.Call.Contract.PartOf}' and skips the rest of it for {wrong.Lock.Display}", $"Call '{wrong.Call.Contract.PartOf}'"),
        };
        return Finding.At(wrong.Call, wrong.Reach, LawIds.LockFlavour, wrong.Call.Name, problem, wrong.Reach.Suffix, remedy) is var finding
            ? finding with
            {
                Subjects = [wrong.Lock.Class?.Name ?? ""],
                Path = [.. wrong.Taken is { } first ? new[] { $"{first.Body.Name} calls {first.Name}" } : [], .. finding.Path],
                Locations = [.. wrong.Taken is { } at ? new[] { at.Operation.Syntax.GetLocation() } : [], .. finding.Locations],
                ForFix = ForFix(wrong),
            }
            : finding;
    }

    private static Dictionary<string, string?> ForFix(FlavourBreak wrong)
    {
        var known = new Dictionary<string, string?> { [FixProperties.Flavour] = wrong.Fault.ToString() };
        if (wrong.Taken is { } taken)
        {
            known[FixProperties.TakenAt] = taken.Operation.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture);
        }

        return known;
    }
}
