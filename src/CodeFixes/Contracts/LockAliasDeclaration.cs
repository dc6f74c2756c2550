using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Contracts;

/// <summary>A public name to be declared for a lock: on the field or property that holds it, and for the assembly in the same file.</summary>
/// <param name="Document">The document of the field.</param>
/// <param name="Holder">The declaration of the field or property.</param>
/// <param name="Existing">The <c>[LockClass]</c> that stands on it, or null.</param>
/// <param name="Name">The name.</param>
/// <param name="OnHolder">The attribute for the field.</param>
/// <param name="OfAssembly">The attribute for the assembly.</param>
internal sealed record LockAliasDeclaration(DocumentId Document, SyntaxNode Holder, AttributeSyntax? Existing, string Name, AttributeListSyntax OnHolder, AttributeListSyntax OfAssembly)
{
    /// <summary>The declaration that a line of the rule asks for; null when it cannot be made.</summary>
    public static LockAliasDeclaration? Find(string line, Project project, Compilation compilation, CancellationToken cancellationToken)
    {
        if (line.Split(' ') is not { Length: 3 } parts
            || DocumentationCommentId.GetFirstSymbolForDeclarationId(parts[2], compilation) is not { } member
            || member.DeclaringSyntaxReferences is not { Length: 1 } references
            || HolderOf(references[0].GetSyntax(cancellationToken)) is not { } holder
            || project.GetDocument(holder.SyntaxTree) is not { } document
            || document is SourceGeneratedDocument
            || ContractAttributeText.Parse($"LockClass(Alias = \"{parts[0]}\")", compilation) is not { } onHolder
            || ContractAttributeText.Parse($"assembly: DeclareLockClass(\"{parts[0]}\", LockKind.{parts[1]})", compilation) is not { } ofAssembly)
        {
            return null;
        }

        AttributeSyntax? existing = member.GetAttributes()
            .Where(attribute => attribute.AttributeClass is { } type && type.Name == nameof(LockClassAttribute) && type.ContainingNamespace.ToDisplayString() == ContractAttribute.Namespace)
            .Select(attribute => attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken))
            .OfType<AttributeSyntax>()
            .FirstOrDefault();
        return new LockAliasDeclaration(document.Id, holder, existing, parts[0], onHolder, ofAssembly);
    }

    /// <summary>Writes it on the field.</summary>
    public void WriteOnHolder(DocumentEditor editor)
    {
        if (Existing is not null)
        {
            AttributeArgumentSyntax alias = OnHolder.Attributes[0].ArgumentList!.Arguments[0];
            SeparatedSyntaxList<AttributeArgumentSyntax> arguments = (Existing.ArgumentList ?? SyntaxFactory.AttributeArgumentList()).Arguments;
            SeparatedSyntaxList<AttributeArgumentSyntax> with = arguments.Count == 0
                ? SyntaxFactory.SingletonSeparatedList(alias)
                : SyntaxFactory.SeparatedList(arguments.Prepend(alias), Enumerable.Repeat(SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space), arguments.Count));
            editor.ReplaceNode(Existing, Existing.WithArgumentList(SyntaxFactory.AttributeArgumentList(with)));
            return;
        }

        SyntaxTrivia lineEnd = editor.OriginalRoot.LineEnd();
        editor.ReplaceNode(Holder, (node, _) => Attributes.Above(node, OnHolder, lineEnd));
    }

    /// <summary>The file with the names declared for the assembly: behind those it declares already, or above its first type.</summary>
    public static CompilationUnitSyntax Declare(CompilationUnitSyntax unit, AttributeListSyntax[] lists)
    {
        SyntaxTrivia lineEnd = unit.LineEnd();
        lists = [.. lists.Select(list => list.WithTrailingTrivia(lineEnd))];
        if (unit.AttributeLists.Count > 0)
        {
            return unit.WithAttributeLists(unit.AttributeLists.AddRange(lists));
        }

        if (unit.Usings.Count > 0 || unit.Externs.Count > 0)
        {
            lists[0] = lists[0].WithLeadingTrivia(lineEnd);
            return unit.WithAttributeLists(SyntaxFactory.List(lists));
        }

        (CompilationUnitSyntax rest, SyntaxTriviaList header) = unit.WithoutHeader();
        lists[lists.Length - 1] = lists[lists.Length - 1].WithTrailingTrivia(lineEnd, lineEnd);
        lists[0] = lists[0].WithLeadingTrivia(header);
        return rest.WithAttributeLists(SyntaxFactory.List(lists));
    }

    // An attribute stands on every variable of a declaration, but an alias is of one lock.
    private static SyntaxNode? HolderOf(SyntaxNode syntax) => syntax switch
    {
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: BaseFieldDeclarationSyntax field } } => field,
        PropertyDeclarationSyntax property => property,
        _ => null,
    };
}
