using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Something that may sleep, in an interrupt, with interrupts masked, or with preemption off.</summary>
internal sealed class IRQ0116SleepInAtomic() : ScopeRule("IRQ0116")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Breach.Law == LawIds.AtomicSleep && one.Reach.Kind != RootKind.Promised)
        .Select(Describe);

    internal static Finding Describe(CallBreach one) => Finding.At(
        one.Call,
        one.Reach,
        LawIds.AtomicSleep,
        one.Call.Name, one.Breach.Where, one.Reach.Suffix);
}
