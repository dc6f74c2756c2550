using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that may have to be waited for, in an NMI: one that can sleep, or one that the interrupted code is known to take.</summary>
internal sealed class IRQ0201BlockingLockInNmi() : ScopeRule("IRQ0201")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.NmiBlockingLock && one.Reach.Kind != RootKind.Promised)
        .Select(Describe);

    internal static Finding Describe(CallBreach one) => Finding.At(
        one.Call,
        one.Reach,
        LawIds.NmiBlockingLock,
        one.Call.Name,
        one.Lock?.Display ?? "a lock",
        one.Breach.Where,
        one.Reach.Suffix) with
    {
        Subjects = one.Lock?.Class is { } lockClass ? [lockClass.Name] : [],
    };
}
