using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A nested acquire whose nest lock is not held.</summary>
internal sealed class IRQ0118NestLockNotHeld() : ScopeRule("IRQ0118")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => NestLocks.Unheld(model).Select(found => Finding.At(
        found.Inner.Call,
        found.Inner.Reach,
        LawIds.LockNest,
        found.Inner.Call.Name, found.Inner.Lock.Display, found.Outer, found.Inner.Reach.Suffix) with
    {
        Subjects = [found.Inner.Lock.Class?.Name ?? ""],
    });
}
