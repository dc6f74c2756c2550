using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>Whether one method can be called where another is.</summary>
internal static class Signatures
{
    /// <summary>True when both take the same parameters, are called on the same thing, and neither is generic.</summary>
    public static bool TakesTheSameAs(this IMethodSymbol method, IMethodSymbol other) =>
        method.IsStatic == other.IsStatic &&
        method.Arity == other.Arity &&
        method.Parameters.Length == other.Parameters.Length &&
        method.Parameters.Zip(other.Parameters, SameKindAndType).All(same => same);

    /// <summary>The methods of this name in the same type that can be called instead and return the same.</summary>
    public static IEnumerable<IMethodSymbol> Alternatives(this IMethodSymbol method, string name) =>
        method.ContainingType.GetMembers(name).OfType<IMethodSymbol>().Where(candidate =>
            candidate.TakesTheSameAs(method) && SymbolEqualityComparer.Default.Equals(candidate.ReturnType, method.ReturnType));

    private static bool SameKindAndType(IParameterSymbol left, IParameterSymbol right) =>
        left.RefKind == right.RefKind && left.IsParams == right.IsParams && SymbolEqualityComparer.Default.Equals(left.Type, right.Type);
}
