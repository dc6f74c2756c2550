using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is initialised, or freed, while it is held.</summary>
internal sealed class IRQ0117HeldLockInitialised() : ScopeRule("IRQ0117")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => NestLocks.Initialised(model).Select(found => Finding.At(
        found.Again.Call,
        found.Again.Reach,
        LawIds.LockInitialised,
        found.Again.Call.Name, found.Again.Lock.Display, (found.Held.At?.Body ?? found.Held.Reach.Body).Name, found.Again.Reach.Suffix) with
    {
        Subjects = [found.Again.Lock.Class?.Name ?? ""],
    });
}
