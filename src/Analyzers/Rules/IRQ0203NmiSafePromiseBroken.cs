using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>The body of what is declared <c>[NmiSafe]</c> does something that is not.</summary>
internal sealed class IRQ0203NmiSafePromiseBroken() : ScopeRule("IRQ0203")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Breaches
        .Where(one => one.Reach.Kind == RootKind.Promised)
        .Select(one => Finding.At(
            one.Call,
            one.Reach,
            LawIds.NmiSafePromise,
            one.Reach.Root.Body.Name,
            one.Call.Name,
            one.Lock is { } taken ? $"may have to wait for {taken.Display}" : one.Breach.Because,
            one.Reach.Suffix));
}
