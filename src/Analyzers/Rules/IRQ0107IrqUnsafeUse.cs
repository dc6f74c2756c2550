using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that a handler waits for, held with that handler's interrupt on.</summary>
internal sealed class IRQ0107IrqUnsafeUse() : ScopeRule("IRQ0107")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Locks.OpenHoldings.Select(Describe);

    private static Finding Describe(OpenHolding open) => Finding.At(
        open.Holder.Call,
        open.Holder.Reach,
        LawIds.LockIrqUnsafeUse,
        open.Holder.Call.Name, open.Holder.Lock.Display, open.Holder.Reach.Suffix, open.Handler.Call.Body.Name, open.Interrupt.Describe(), LockPaths.Verb(open.Holder)) is var finding
        ? finding with
        {
            Subjects = [open.Holder.Lock.Class!.Name],
            Ends = [open.Handler.Call],
            Path = [.. finding.Path, .. open.Handler.Reach.Lines, $"{open.Handler.Call.Body.Name} calls {open.Handler.Call.Name}"],
            Locations = [.. finding.Locations, open.Handler.Call.Operation.Syntax.GetLocation()],
        }
        : finding;
}
