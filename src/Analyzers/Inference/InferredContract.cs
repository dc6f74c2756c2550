using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Inference;

/// <summary>What a body does that its declaration does not say.</summary>
/// <param name="Method">The method.</param>
/// <param name="Body">Its body.</param>
/// <param name="Clauses">The attributes that say it.</param>
/// <param name="Aliases">The names to be declared for them.</param>
/// <param name="Unsaid">Why no contract says all of it; null when <paramref name="Clauses"/> do.</param>
internal sealed record InferredContract(IMethodSymbol Method, Body Body, ImmutableArray<ContractClause> Clauses, ImmutableArray<LockAlias> Aliases, string? Unsaid)
{
    /// <summary>True when a caller needs to know some of it.</summary>
    public bool IsNeeded => Clauses.Any(clause => clause.IsReason);
}
