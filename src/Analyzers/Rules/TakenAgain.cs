using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Findings about a lock that its holder keeps itself from.</summary>
internal static class TakenAgain
{
    /// <summary>Those of one kind: the operation, the lock, the holder, the way.</summary>
    public static IEnumerable<Finding> Of(ScopeModel model, LockReportKind kind, string law) =>
        model.Locks.TakenTwice.Where(twice => twice.Kind == kind).Select(twice => Describe(twice, law));

    private static Finding Describe(LockTakenTwice twice, string law)
    {
        CallEvent call = twice.Again.Call;
        CallEvent? first = twice.First.At;
        string holder = first is null ? twice.First.Reach.Body.Name : first.Body.Name;
        return Finding.At(call, twice.Again.Reach, law, call.Name, twice.Again.Lock.Display, holder, twice.Again.Reach.Suffix) is var finding
            ? finding with
            {
                Subjects = [twice.Again.Lock.Class?.Name ?? ""],
                Path = [.. first is null ? [] : new[] { $"{first.Body.Name} calls {first.Name}" }, .. finding.Path],
                Locations = [.. first is null ? [] : new[] { first.Operation.Syntax.GetLocation() }, .. finding.Locations],
            }
            : finding;
    }
}
