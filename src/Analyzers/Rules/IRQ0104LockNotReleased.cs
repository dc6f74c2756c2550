using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is still held when the method that took it returns, on some path or on all.</summary>
internal sealed class IRQ0104LockNotReleased() : ScopeRule("IRQ0104")
{
    private const string AsLock = "Release it before each return, take it with a guard in a using, or declare [Acquires]";
    private const string AsGuard = "Declare [return: Guard], so that its callers know that they must dispose it";

    public override IEnumerable<Finding> Check(ScopeModel model) => LockBalance.Leaks(model.Scope).Select(Describe);

    internal static Finding Describe(LeakedLock leak) => Finding.At(
        leak.Call,
        null,
        LawIds.LockLeak,
        leak.Call.Body.Name, leak.How, leak.Lock.Display, leak.AsGuard ? AsGuard : AsLock) with
    {
        Subjects = [leak.Lock.Class?.Name ?? ""],
        Path = [$"{leak.Call.Body.Name} calls {leak.Call.Name}", $"{leak.Call.Body.Name} returns"],
        Locations = [leak.Call.Body.Location],
    };
}
