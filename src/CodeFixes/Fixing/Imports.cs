using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>Types in new code: written in full first, then brought in by a <c>using</c> where the file has none for them, so that the short name does.</summary>
internal static class Imports
{
    /// <summary>What the name of an attribute's class may end in and its use may leave out.</summary>
    public const string AttributeSuffix = "Attribute";

    private const string Kind = "IrqSafety.Import";

    /// <summary>The type, to be imported where it is put.</summary>
    /// <param name="type">The type, in a namespace or in another type.</param>
    /// <param name="typeArguments">Its type arguments, as they are written where it is put.</param>
    public static TypeSyntax Type(INamedTypeSymbol type, params string[] typeArguments)
    {
        if (type.ContainingType is not null)
        {
            return SyntaxFactory.ParseTypeName(type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat));
        }

        var name = (SimpleNameSyntax)SyntaxFactory.ParseName(typeArguments.Length == 0 ? type.Name : $"{type.Name}<{string.Join(", ", typeArguments)}>");
        if (type.ContainingNamespace.IsGlobalNamespace)
        {
            return name;
        }

        string space = type.ContainingNamespace.ToDisplayString();
        return SyntaxFactory.QualifiedName(SyntaxFactory.ParseName($"global::{space}"), SyntaxFactory.Token(SyntaxTriviaList.Empty, SyntaxKind.DotToken, SyntaxTriviaList.Empty), name)
            .WithAdditionalAnnotations(new SyntaxAnnotation(Kind, space));
    }

    /// <summary>Writes the types by their short names, and adds the usings that takes.</summary>
    public static CompilationUnitSyntax Shortened(CompilationUnitSyntax root, SemanticModel model)
    {
        var names = new List<QualifiedNameSyntax>();
        var missing = new List<string>();
        foreach (QualifiedNameSyntax name in root.GetAnnotatedNodes(Kind).OfType<QualifiedNameSyntax>())
        {
            string space = name.GetAnnotations(Kind).First().Data!;
            string type = name.Right.Identifier.ValueText + (name.Parent is AttributeSyntax ? AttributeSuffix : "");
            ImmutableArray<ISymbol> found = name.Parent is MemberAccessExpressionSyntax ? model.LookupSymbols(name.SpanStart, name: type) : model.LookupNamespacesAndTypes(name.SpanStart, name: type);

            // A name that means another type there stays written in full.
            if (found.All(symbol => symbol is INamedTypeSymbol { ContainingType: null } && symbol.ContainingNamespace.ToDisplayString() == space))
            {
                names.Add(name);
                if (found.IsEmpty && !missing.Contains(space))
                {
                    missing.Add(space);
                }
            }
        }

        return missing.Aggregate(root.ReplaceNodes(names, (_, name) => name.Right.WithTriviaFrom(name)), With);
    }

    private static CompilationUnitSyntax With(CompilationUnitSyntax unit, string space)
    {
        SyntaxTrivia lineEnd = unit.LineEnd();
        UsingDirectiveSyntax import = SyntaxFactory.UsingDirective(
            SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            staticKeyword: default,
            alias: null,
            SyntaxFactory.ParseName(space),
            SyntaxFactory.Token(SyntaxKind.SemicolonToken)).WithTrailingTrivia(lineEnd);

        // Where the file has its own already, inside a namespace or outside.
        if (unit.Usings.Count == 0 && unit.Members.OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault(declaration => declaration.Usings.Count > 0) is { } inside)
        {
            return unit.ReplaceNode(inside, inside.WithUsings(Inserted(inside.Usings, import)));
        }

        return unit.Usings.Count > 0 ? unit.WithUsings(Inserted(unit.Usings, import)) : First(unit, import, lineEnd);
    }

    private static SyntaxList<UsingDirectiveSyntax> Inserted(SyntaxList<UsingDirectiveSyntax> usings, UsingDirectiveSyntax import)
    {
        int index = usings.IndexOf(one => one.Alias is not null || one.StaticKeyword.RawKind != 0 || (one.GlobalKeyword.RawKind == 0 && Compare(one, import) > 0));
        if (index < 0)
        {
            UsingDirectiveSyntax last = usings[usings.Count - 1];
            return usings.Add(import.WithLeadingTrivia(last.Indentation()));
        }

        // What stands above the first one, a licence for example, stays above.
        UsingDirectiveSyntax next = usings[index];
        return index == 0
            ? usings.Replace(next, next.WithLeadingTrivia(next.Indentation())).Insert(0, import.WithLeadingTrivia(next.GetLeadingTrivia()))
            : usings.Insert(index, import.WithLeadingTrivia(next.Indentation()));
    }

    private static CompilationUnitSyntax First(CompilationUnitSyntax unit, UsingDirectiveSyntax import, SyntaxTrivia lineEnd)
    {
        (CompilationUnitSyntax rest, SyntaxTriviaList header) = unit.WithoutHeader();
        return rest.AddUsings(import.WithLeadingTrivia(header).WithTrailingTrivia(lineEnd, lineEnd));
    }

    private static int Compare(UsingDirectiveSyntax left, UsingDirectiveSyntax right)
    {
        string first = left.Name?.ToString() ?? "";
        string second = right.Name?.ToString() ?? "";
        bool firstIsSystem = IsSystem(first);
        return firstIsSystem != IsSystem(second) ? (firstIsSystem ? -1 : 1) : string.Compare(first, second, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsSystem(string space) => space == "System" || space.StartsWith("System.", StringComparison.Ordinal);
}
