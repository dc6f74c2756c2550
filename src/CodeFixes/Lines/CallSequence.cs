using System.Linq;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>A call that becomes several, in the place of the statement that it is.</summary>
/// <param name="statement">The statement.</param>
/// <param name="generator">Writes types.</param>
/// <param name="lineEnd">The line end of the file.</param>
internal sealed class CallSequence(ExpressionStatementSyntax statement, SyntaxGenerator generator, SyntaxTrivia lineEnd)
{
    /// <summary>The member of an enum that stands for success, as the kernel's 0 does; null when it has none.</summary>
    public static IFieldSymbol? SuccessOf(ITypeSymbol type) => type.TypeKind != TypeKind.Enum
        ? null
        : type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(member => Analyzers.Contracts.EnumByName.Number(member.ConstantValue) == 0);

    /// <summary><c>if (first == success) { then }</c>.</summary>
    public StatementSyntax WhenSucceeds(InvocationExpressionSyntax first, IFieldSymbol success, InvocationExpressionSyntax then)
    {
        var condition = SyntaxFactory.BinaryExpression(
            SyntaxKind.EqualsExpression,
            first.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.EqualsEqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
            (ExpressionSyntax)generator.MemberAccessExpression(Imports.Type(generator, success.ContainingType), success.Name));

        // A comment behind the statement stays behind it; the one above it is above the whole.
        StatementSyntax inner = statement.WithExpression(then.WithoutTrivia()).WithoutLeadingTrivia();
        if (!inner.EndsLine())
        {
            inner = inner.WithTrailingTrivia(inner.GetTrailingTrivia().Add(lineEnd));
        }

        SyntaxToken close = SyntaxFactory.Token(SyntaxKind.CloseBraceToken);
        StatementSyntax result = SyntaxFactory.IfStatement(
            default,
            SyntaxFactory.Token(SyntaxKind.IfKeyword).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.OpenParenToken),
            condition,
            SyntaxFactory.Token(SyntaxKind.CloseParenToken).WithTrailingTrivia(lineEnd),
            SyntaxFactory.Block(
                SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(lineEnd),
                SyntaxFactory.SingletonList(inner),
                statement.EndsLine() ? close.WithTrailingTrivia(lineEnd) : close),
            @else: null);
        return Placed(result);
    }

    /// <summary><c>first; second;</c>.</summary>
    public StatementSyntax[] Both(InvocationExpressionSyntax first, InvocationExpressionSyntax second) =>
    [
        statement.WithExpression(first.WithTriviaFrom(statement.Expression)).WithTrailingTrivia(lineEnd),
        statement.WithExpression(second.WithoutTrivia()).WithLeadingTrivia(statement.Indentation()).WithAdditionalAnnotations(Formatter.Annotation),
    ];

    /// <summary>True when several statements can stand where the statement does.</summary>
    public bool IsInList => statement.Parent is BlockSyntax or SwitchSectionSyntax;

    /// <summary>The statements as one, for where only one can stand.</summary>
    public BlockSyntax Braced(params StatementSyntax[] statements) => SyntaxFactory.Block(
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithTrailingTrivia(lineEnd),
            SyntaxFactory.List(statements),
            SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(lineEnd))
        .WithAdditionalAnnotations(Formatter.Annotation);

    // An if without braces around it would take the else of the one it stands in.
    private StatementSyntax Placed(StatementSyntax result) => IsInList
        ? result.WithLeadingTrivia(statement.GetLeadingTrivia()).WithAdditionalAnnotations(Formatter.Annotation)
        : Braced(result).WithLeadingTrivia(statement.GetLeadingTrivia());
}
