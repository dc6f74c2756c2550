using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that an NMI waits for, and that code which the NMI can interrupt holds.</summary>
internal sealed class IRQ0208LockSharedWithPreempted() : ScopeRule("IRQ0208")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => SharedLocks.Find(model).Select(Describe);

    internal static Finding Describe(SharedLock one) => Finding.At(
        one.Nmi.Call,
        one.Nmi.Reach,
        LawIds.NmiShared,
        one.Nmi.Call.Name,
        one.Nmi.Lock.Display,
        (one.Nmi.Held.Contexts & Context.AnyNmi).Describe(),
        one.Nmi.Reach.Suffix,
        one.Other.Call.Body.Name,
        one.Other.Held.Contexts.Describe()) is var finding
        ? finding with
        {
            Subjects = [one.Nmi.Lock.Class!.Name],
            // The other side first: the way that leads to the finding ends at it.
            Locations = [.. one.Other.Reach.Locations, one.Other.Call.Operation.Syntax.GetLocation(), .. finding.Locations],
            Path = [.. one.Other.Reach.Lines, $"{one.Other.Call.Body.Name} calls {one.Other.Call.Name}", .. finding.Path],
        }
        : finding;
}
