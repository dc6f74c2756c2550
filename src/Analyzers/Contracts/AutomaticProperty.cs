using System.Linq;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>Properties that the compiler gives a field.</summary>
internal static class AutomaticProperty
{
    /// <summary>True when reading the property reads a field of its own: what it gives is what was put in, and nothing else happens.</summary>
    public static bool IsAutomatic(this IPropertySymbol property) =>
        property.ContainingType.GetMembers().OfType<IFieldSymbol>().Any(field => SymbolEqualityComparer.Default.Equals(field.AssociatedSymbol, property));
}
