using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>
/// A call that becomes several, in the place of the statement that it is. A comment above the statement is above the whole, one behind it stays
/// behind the call.
/// </summary>
internal sealed class CallSequence
{
    private readonly ExpressionStatementSyntax _statement;
    private readonly SyntaxTrivia _lineEnd;
    private readonly string _outer;
    private readonly string _step;

    /// <summary>What takes the place of <paramref name="statement"/>.</summary>
    public CallSequence(ExpressionStatementSyntax statement, SyntaxTrivia lineEnd)
    {
        _statement = statement;
        _lineEnd = lineEnd;
        _step = statement.IndentationStep();
        _outer = statement.Parent is BlockSyntax or SwitchSectionSyntax ? statement.LineIndentation() : statement.Parent!.LineIndentation();
    }

    /// <summary>True when several statements can stand where the statement does.</summary>
    private bool IsInList => _statement.Parent is BlockSyntax or SwitchSectionSyntax;

    /// <summary>The member of an enum that stands for success, as the kernel's 0 does; null when it has none.</summary>
    public static IFieldSymbol? SuccessOf(ITypeSymbol type) => type.TypeKind != TypeKind.Enum
        ? null
        : type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(member => EnumByName.Number(member.ConstantValue) == 0);

    /// <summary>Replaces the statement by <c>if (first == success) { then }</c>.</summary>
    public StatementSyntax WhenSucceeds(InvocationExpressionSyntax first, IFieldSymbol success, InvocationExpressionSyntax then)
    {
        BinaryExpressionSyntax succeeded = SyntaxFactory.BinaryExpression(
            SyntaxKind.EqualsExpression,
            first.WithoutTrivia().WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.Token(SyntaxKind.EqualsEqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Imports.Type(success.ContainingType), SyntaxFactory.IdentifierName(success.Name)));
        return IsInList
            ? If(succeeded, then, _outer).WithLeadingTrivia(_statement.GetLeadingTrivia())
            : Braced(If(succeeded, then, _outer + _step).WithLeadingTrivia(InnerLeadingTrivia()));
    }

    /// <summary>Replaces the statement by <c>first; second;</c>.</summary>
    public void Both(SyntaxEditor editor, InvocationExpressionSyntax first, InvocationExpressionSyntax second)
    {
        StatementSyntax one = Call(first).WithLeadingTrivia(IsInList ? _statement.GetLeadingTrivia() : InnerLeadingTrivia());
        StatementSyntax two = Call(second).WithLeadingTrivia(Whitespace(IsInList ? _outer : _outer + _step)).WithTrailingTrivia(_lineEnd);
        if (IsInList)
        {
            editor.InsertAfter(_statement, two);
            editor.ReplaceNode(_statement, one);
        }
        else
        {
            editor.ReplaceNode(_statement, Braced(one, two));
        }
    }

    private IfStatementSyntax If(ExpressionSyntax condition, InvocationExpressionSyntax then, string indentation) => SyntaxFactory.IfStatement(
        default,
        SyntaxFactory.Token(SyntaxKind.IfKeyword).WithTrailingTrivia(SyntaxFactory.Space),
        SyntaxFactory.Token(SyntaxKind.OpenParenToken),
        condition,
        SyntaxFactory.Token(SyntaxKind.CloseParenToken).WithTrailingTrivia(_lineEnd),
        Block(Whitespace(indentation), indentation, Call(then).WithLeadingTrivia(Whitespace(indentation + _step))),
        @else: null);

    // An if without braces around it would take the else of the one it stands in.
    private BlockSyntax Braced(params StatementSyntax[] statements) =>
        Block(_statement.StartsLine() ? Whitespace(_outer) : SyntaxTriviaList.Empty, _outer, statements);

    private BlockSyntax Block(SyntaxTriviaList beforeOpen, string indentation, params StatementSyntax[] statements)
    {
        SyntaxToken close = SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(Whitespace(indentation));
        return SyntaxFactory.Block(
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(beforeOpen).WithTrailingTrivia(_lineEnd),
            SyntaxFactory.List(statements),
            _statement.EndsLine() ? close.WithTrailingTrivia(_lineEnd) : close);
    }

    private StatementSyntax Call(InvocationExpressionSyntax call)
    {
        StatementSyntax statement = _statement.WithExpression(call.WithoutTrivia()).WithoutLeadingTrivia();
        return statement.EndsLine() ? statement : statement.WithTrailingTrivia(statement.GetTrailingTrivia().Add(_lineEnd));
    }

    private SyntaxTriviaList InnerLeadingTrivia() => _statement.StartsLine() ? _statement.GetLeadingTrivia() : Whitespace(_outer + _step);

    private static SyntaxTriviaList Whitespace(string indentation) =>
        indentation.Length == 0 ? SyntaxTriviaList.Empty : SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(indentation));
}
