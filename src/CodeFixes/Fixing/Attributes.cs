using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>Attributes that are added to a declaration.</summary>
internal static class Attributes
{
    /// <summary>The attribute's class, as the compilation sees it; null when it sees none.</summary>
    public static INamedTypeSymbol? Find<TAttribute>(Compilation compilation)
        where TAttribute : System.Attribute =>
        compilation.GetTypesByMetadataName(typeof(TAttribute).FullName).FirstOrDefault(type => compilation.IsSymbolAccessibleWithin(type, compilation.Assembly));

    /// <summary>The attribute, to be imported where it is put.</summary>
    public static AttributeSyntax Of(INamedTypeSymbol attribute, IReadOnlyList<AttributeArgumentSyntax> arguments)
    {
        TypeSyntax type = Imports.Type(attribute);
        SimpleNameSyntax name = type is QualifiedNameSyntax qualified ? qualified.Right : (SimpleNameSyntax)type;
        string used = name.Identifier.ValueText.Substring(0, name.Identifier.ValueText.Length - Imports.AttributeSuffix.Length);
        return SyntaxFactory.Attribute(
            (NameSyntax)type.ReplaceNode(name, SyntaxFactory.IdentifierName(used)),
            SyntaxFactory.AttributeArgumentList(SyntaxFactory.SeparatedList(arguments, arguments.Skip(1).Select(_ => SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space)))));
    }

    /// <summary>An argument that is a text.</summary>
    public static AttributeArgumentSyntax Text(string text) =>
        SyntaxFactory.AttributeArgument(SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(text)));

    /// <summary>A named argument.</summary>
    public static AttributeArgumentSyntax Named(string name, ExpressionSyntax value) =>
        SyntaxFactory.AttributeArgument(value).WithNameEquals(SyntaxFactory.NameEquals(
            SyntaxFactory.IdentifierName(name),
            SyntaxFactory.Token(SyntaxTriviaList.Create(SyntaxFactory.Space), SyntaxKind.EqualsToken, SyntaxTriviaList.Create(SyntaxFactory.Space))));

    /// <summary>The declaration with the attribute on a line of its own, the last of those above it.</summary>
    public static SyntaxNode Above(SyntaxNode declaration, AttributeSyntax attribute, SyntaxTrivia lineEnd) =>
        Above(declaration, SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute)), lineEnd);

    /// <summary>The same for a list that may say what it is of, such as <c>return:</c>. What does not begin its line has it before it there.</summary>
    public static SyntaxNode Above(SyntaxNode declaration, AttributeListSyntax attributes, SyntaxTrivia lineEnd)
    {
        SyntaxToken first = declaration.GetFirstToken();
        bool beginsLine = first.LeadingTrivia.Count > 0 || first.GetPreviousToken() is not { RawKind: not 0 } previous || previous.TrailingTrivia.Any(SyntaxKind.EndOfLineTrivia);
        AttributeListSyntax list = attributes.WithTrailingTrivia(beginsLine ? lineEnd : SyntaxFactory.Space);
        SyntaxList<AttributeListSyntax> lists = ListsOf(declaration);
        if (lists.Count > 0)
        {
            AttributeListSyntax last = lists[lists.Count - 1];
            return With(declaration, lists.Add(last.EndsLine() ? list.WithLeadingTrivia(last.Indentation()) : list.WithTrailingTrivia(SyntaxFactory.Space)));
        }

        return First(declaration, list, declaration.Indentation());
    }

    /// <summary>The declaration with the attribute before it on the same line.</summary>
    public static SyntaxNode Before(SyntaxNode declaration, AttributeSyntax attribute)
    {
        AttributeListSyntax list = SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(attribute)).WithTrailingTrivia(SyntaxFactory.Space);
        return First(declaration, list, default);
    }

    // The comment above the declaration stays above the attribute.
    private static SyntaxNode First(SyntaxNode declaration, AttributeListSyntax list, SyntaxTriviaList before)
    {
        SyntaxNode bare = declaration.WithLeadingTrivia(before);
        return With(bare, ListsOf(bare).Insert(0, list.WithLeadingTrivia(declaration.GetLeadingTrivia())));
    }

    private static SyntaxList<AttributeListSyntax> ListsOf(SyntaxNode declaration) => declaration switch
    {
        MemberDeclarationSyntax member => member.AttributeLists,
        StatementSyntax statement => statement.AttributeLists,
        AccessorDeclarationSyntax accessor => accessor.AttributeLists,
        _ => default,
    };

    private static SyntaxNode With(SyntaxNode declaration, SyntaxList<AttributeListSyntax> lists) => declaration switch
    {
        MemberDeclarationSyntax member => member.WithAttributeLists(lists),
        StatementSyntax statement => statement.WithAttributeLists(lists),
        AccessorDeclarationSyntax accessor => accessor.WithAttributeLists(lists),
        _ => declaration,
    };
}
