using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>Types in new code: written in full first, then brought in by a <c>using</c> where the file has none for them, so that the short name does.</summary>
internal static class Imports
{
    private const string Kind = "IrqSafety.Import";

    /// <summary>The type, to be imported where it is put.</summary>
    public static TypeSyntax Type(SyntaxGenerator generator, INamedTypeSymbol type)
    {
        var syntax = (TypeSyntax)generator.TypeExpression(type);
        return type.ContainingNamespace is { IsGlobalNamespace: false } space
            ? syntax.WithAdditionalAnnotations(new SyntaxAnnotation(Kind, space.ToDisplayString()))
            : syntax;
    }

    /// <summary>Adds what the new code in the documents that changed asks for.</summary>
    public static async Task<Solution> AddAsync(Solution changed, Solution original, CancellationToken cancellationToken)
    {
        foreach (DocumentId id in changed.GetChanges(original).GetProjectChanges().SelectMany(project => project.GetChangedDocuments()).ToList())
        {
            Document document = changed.GetDocument(id)!;
            if (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is CompilationUnitSyntax root &&
                root.GetAnnotatedNodes(Kind).Any() &&
                await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is { } model)
            {
                CompilationUnitSyntax unit = Missing(root, model).Aggregate(root, With);
                changed = changed.WithDocumentSyntaxRoot(id, unit);
            }
        }

        return changed;
    }

    private static IEnumerable<string> Missing(CompilationUnitSyntax root, SemanticModel model) => root.GetAnnotatedNodes(Kind)
        .Where(node => NameOf(node) is { } name && model.LookupNamespacesAndTypes(node.SpanStart, name: name).IsEmpty)
        .SelectMany(node => node.GetAnnotations(Kind))
        .Select(annotation => annotation.Data!)
        .Distinct();

    // A name that means another type there stays as it is: the simplifier writes no more of it than it needs.
    private static string? NameOf(SyntaxNode node) => node switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        _ => null,
    };

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
        // A comment that an empty line parts from the code belongs to the file, any other to the code.
        SyntaxToken first = unit.GetFirstToken(includeZeroWidth: true);
        List<SyntaxTrivia> above = [.. first.LeadingTrivia];
        int header = 0;
        for (int i = 1; i < above.Count && above[0].IsKind(SyntaxKind.SingleLineCommentTrivia); i++)
        {
            if (above[i].IsKind(SyntaxKind.EndOfLineTrivia) && above[i - 1].IsKind(SyntaxKind.EndOfLineTrivia))
            {
                header = i + 1;
                break;
            }
        }

        return unit
            .ReplaceToken(first, first.WithLeadingTrivia(above.Skip(header)))
            .AddUsings(import.WithLeadingTrivia(above.Take(header)).WithTrailingTrivia(lineEnd, lineEnd));
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
