using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that may wait harder than the context, or a lock held around it, allows.</summary>
internal sealed class IRQ0110WaitsTooHard() : ScopeRule("IRQ0110")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => WaitTypeDiscipline.Find(model).Select(Describe);

    private static Finding Describe(HarderWait found) => Finding.At(
        found.Inner.Call,
        found.Inner.Reach,
        LawIds.LockWaitType,
        found.Inner.Call.Name, found.Inner.Lock.Display, WaitTypes.Describe(found.Wait), found.Around, WaitTypes.Describe(found.Limit), found.Inner.Reach.Suffix) with
    {
        Subjects = [found.Inner.Lock.Class!.Name, .. found.Outer?.Lock.Class is { } held ? new[] { held.Name } : []],
    };
}
