using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock, or one of its class, that its holder takes again, in a way that what it holds keeps out.</summary>
internal sealed class IRQ0103SameLockTwice() : ScopeRule("IRQ0103")
{
    public override IEnumerable<Finding> Check(ScopeModel model) => model.Locks.TakenTwice.Select(Describe);

    private static Finding Describe(LockTakenTwice twice)
    {
        CallEvent call = twice.Again.Call;
        CallEvent? first = twice.First.At;
        string holder = first is null ? twice.First.Reach.Body.Name : first.Body.Name;
        (string why, string remedy) = twice.IsSameObject
            ? ($"which '{holder}' already holds", "Release it first, or do the inner work in a method that is called with the lock held")
            : ($"and '{holder}' already holds one of that class", "Say which comes first with a subclass or a nest lock");
        return Finding.At(call, twice.Again.Reach, LawIds.LockRecursion, call.Name, twice.Again.Lock.Display, why, twice.Again.Reach.Suffix, remedy) is var finding
            ? finding with
            {
                Subjects = [twice.Again.Lock.Class?.Name ?? ""],
                Path = [.. first is null ? [] : new[] { $"{first.Body.Name} calls {first.Name}" }, .. finding.Path],
                Locations = [.. first is null ? [] : new[] { first.Operation.Syntax.GetLocation() }, .. finding.Locations],
            }
            : finding;
    }
}
