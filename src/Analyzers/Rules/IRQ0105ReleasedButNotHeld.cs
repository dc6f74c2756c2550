using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is released on a path on which it is known not to be held.</summary>
internal sealed class IRQ0105ReleasedButNotHeld() : ScopeRule("IRQ0105")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => LockBalance.UnheldReleases(model).Select(Describe);

    internal static Finding Describe(UnheldRelease release) => Finding.At(
        release.Call,
        null,
        LawIds.LockUnheldRelease,
        release.Call.Name, release.Lock.Display) with
    {
        Subjects = [release.Lock.Class?.Name ?? ""],
        Path = [$"{release.Call.Body.Name} calls {release.Call.Name}"],
    };
}
