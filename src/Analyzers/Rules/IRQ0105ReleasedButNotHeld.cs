using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
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
        release.Call.Name, release.Lock.Display + (release.Taken is null ? "" : release.Lock.Mode == LockMode.Exclusive ? " as a writer" : " as a reader")) with
    {
        Subjects = [release.Lock.Class?.Name ?? ""],
        Path = [.. release.Taken is { } taken ? new[] { $"{taken.Body.Name} calls {taken.Name}" } : [], $"{release.Call.Body.Name} calls {release.Call.Name}"],
        Locations = [.. release.Taken is { } at ? new[] { at.Operation.Syntax.GetLocation() } : []],
        ForFix = release.Taken is { } place
            ? new Dictionary<string, string?> { [FixProperties.TakenAt] = place.Operation.Syntax.SpanStart.ToString(CultureInfo.InvariantCulture) }
            : ImmutableDictionary<string, string?>.Empty,
    };
}
