using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Handlers;

/// <summary>A <c>[RunsIn(…)]</c> to be written on a handler.</summary>
/// <param name="Document">The document that declares the handler.</param>
/// <param name="Handler">The handler's declaration.</param>
/// <param name="Attribute">The attribute's type, as the handler's project sees it.</param>
/// <param name="Contexts">The contexts it is registered to run in.</param>
/// <param name="Within">The sections that hold there.</param>
/// <param name="Existing">The attribute that stands there already, whose contexts are among <paramref name="Contexts"/>, or null.</param>
public sealed record ContextDeclaration(DocumentId Document, SyntaxNode Handler, INamedTypeSymbol Attribute, Context Contexts, Section Within, AttributeSyntax? Existing)
{
    /// <summary>The declaration for both registrations. Only sections that hold in both are promised.</summary>
    internal ContextDeclaration With(ContextDeclaration other) => this with { Contexts = Contexts | other.Contexts, Within = Within & other.Within };

    /// <summary>Writes it.</summary>
    internal void Make(DocumentEditor editor)
    {
        AttributeSyntax attribute = Written();
        if (Existing is not null)
        {
            editor.ReplaceNode(Existing, attribute.WithName(Existing.Name).WithTriviaFrom(Existing));
            return;
        }

        editor.ReplaceNode(Handler, (node, _) => Attributes.Above(node, attribute, editor.OriginalRoot.LineEnd()));
    }

    private AttributeSyntax Written()
    {
        List<AttributeArgumentSyntax> arguments =
        [
            SyntaxFactory.AttributeArgument(Or((INamedTypeSymbol)Attribute.Constructors.First(constructor => constructor.Parameters.Length == 1).Parameters[0].Type, MembersOf(Contexts))),
        ];
        if (Within != Section.None && Attribute.GetMembers(nameof(RunsInAttribute.Within)).OfType<IPropertySymbol>().FirstOrDefault() is { Type: INamedTypeSymbol sections } within)
        {
            arguments.Add(SyntaxFactory.AttributeArgument(Or(sections, MembersOf(Within))).WithNameEquals(SyntaxFactory.NameEquals(
                SyntaxFactory.IdentifierName(within.Name),
                SyntaxFactory.Token(SyntaxTriviaList.Create(SyntaxFactory.Space), SyntaxKind.EqualsToken, SyntaxTriviaList.Create(SyntaxFactory.Space)))));
        }

        return Attributes.Of(Attribute, arguments);
    }

    private static ExpressionSyntax Or(INamedTypeSymbol type, IEnumerable<string> members) => members
        .Select(member => (ExpressionSyntax)SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Imports.Type(type), SyntaxFactory.IdentifierName(member)))
        .Aggregate((left, right) => SyntaxFactory.BinaryExpression(
            SyntaxKind.BitwiseOrExpression,
            left,
            SyntaxFactory.Token(SyntaxTriviaList.Create(SyntaxFactory.Space), SyntaxKind.BarToken, SyntaxTriviaList.Create(SyntaxFactory.Space)),
            right));

    // A set that has a name of its own is written by it.
    private static IEnumerable<string> MembersOf(Context contexts)
    {
        foreach (Context named in (Context[])[Context.Any, Context.AnyInterrupt, Context.AnyNmi])
        {
            if ((contexts & named) == named)
            {
                return [.. (contexts & ~named).Each().Select(context => context.ToString()), named.ToString()];
            }
        }

        return contexts.Each().Select(context => context.ToString());
    }

    private static IEnumerable<string> MembersOf(Section sections) => sections.ToString().Split([", "], System.StringSplitOptions.None);
}
