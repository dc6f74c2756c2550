using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A call without a lock that must be held for it.</summary>
internal sealed class IRQ0114RequiredLockMissing() : ScopeRule("IRQ0114")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => Find(model);

    /// <summary>The findings, in whatever scope.</summary>
    public static IEnumerable<Finding> Find(ScopeModel model) => model.Data.MissingLocks.Select(missing => Finding.At(
        missing.Call,
        missing.Reach,
        LawIds.LockRequired,
        missing.Call.Name, missing.Lock.Display, missing.IsShared ? ", and it is held as a reader only" : "", missing.Reach.Suffix) with
    {
        Subjects = [missing.Lock.Class?.Name ?? ""],
        ForFix = missing.IsShared ? ImmutableDictionary<string, string?>.Empty : IRQ0111GuardedData.ForFix(model, missing.Call.Body, missing.Expression, model.Data.MayHold(missing.Call, missing.Expression)),
    });
}
