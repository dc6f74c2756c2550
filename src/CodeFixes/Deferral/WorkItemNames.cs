using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>Names for a work item's field: what it does, then what it does it to, then numbers.</summary>
internal static class WorkItemNames
{
    private const int Enough = 100;

    /// <summary>Names that mean nothing in any part of the type, the best first.</summary>
    public static IReadOnlyList<string> For(string operation, IFieldSymbol? receiver, INamedTypeSymbol owner, SemanticModel model, int position, CancellationToken cancellationToken)
    {
        HashSet<string> used =
        [
            .. owner.DeclaringSyntaxReferences
                .SelectMany(part => part.GetSyntax(cancellationToken).DescendantTokens())
                .Where(token => token.IsKind(SyntaxKind.IdentifierToken))
                .Select(token => token.ValueText),
            .. model.LookupSymbols(position).Select(symbol => symbol.Name),
        ];
        return [.. Candidates(operation, receiver, PrefixOf(owner)).Where(name => !used.Contains(name))];
    }

    private static IEnumerable<string> Candidates(string operation, IFieldSymbol? receiver, string prefix)
    {
        yield return prefix + Camel(operation) + "Work";
        if (receiver is not null)
        {
            yield return prefix + Camel(receiver.Name.TrimStart('_')) + operation + "Work";
        }

        // More than anyone has in one type: the list must have room for every call of a fix-all.
        for (int number = 2; number < Enough; number++)
        {
            yield return $"{prefix}{Camel(operation)}Work{number}";
        }
    }

    // Fields are named as the type names its others.
    private static string PrefixOf(INamedTypeSymbol owner)
    {
        string[] names = [.. owner.GetMembers().OfType<IFieldSymbol>().Where(field => field is { IsImplicitlyDeclared: false, IsConst: false, DeclaredAccessibility: Accessibility.Private }).Select(field => field.Name)];
        return names.Length > 0 && names.All(name => name.StartsWith("_", System.StringComparison.Ordinal)) ? "_" : "";
    }

    private static string Camel(string name) => name.Length == 0 ? name : char.ToLowerInvariant(name[0]) + name.Substring(1);
}
