using System;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A lock that a finding says is missing: the two ways to have it.</summary>
internal static class MissingLock
{
    /// <summary>The edit that takes it around what needs it.</summary>
    public static SourceEdit? Taken(Occurrence occurrence, CancellationToken cancellationToken) =>
        Enum.TryParse(occurrence.Property(FixProperties.Contexts), out Context runsIn) && Find(occurrence, cancellationToken) is var (need, contracts)
            ? GuardedRegion.Around(occurrence, need, runsIn, contracts, cancellationToken)
            : null;

    /// <summary>The edit that asks the callers to hold it.</summary>
    public static SourceEdit? Declared(Occurrence occurrence, CancellationToken cancellationToken) =>
        Find(occurrence, cancellationToken) is var (need, contracts) ? HeldDeclaration.On(occurrence, need, contracts, cancellationToken) : null;

    private static (LockNeed Need, ContractedCompilation Contracts)? Find(Occurrence occurrence, CancellationToken cancellationToken) =>
        occurrence.Property(FixProperties.Lock) is { } expression
        && ContractedCompilation.TryCreate(occurrence.Model.Compilation, occurrence.Document.Project.AnalyzerOptions, cancellationToken) is { } contracts
        && LockNeed.In(occurrence.Node, contracts, occurrence.Model, cancellationToken).FirstOrDefault(need => need.Expression == expression) is { } found
            ? (found, contracts)
            : null;
}
