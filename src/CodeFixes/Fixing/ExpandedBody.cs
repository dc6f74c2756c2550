using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>A member whose body is an expression, or a block on one line, with a block over several lines instead.</summary>
internal static class ExpandedBody
{
    /// <summary>The member; null when it has no such body.</summary>
    /// <param name="declaration">A method, local function, accessor, or property with an expression body, that starts its line.</param>
    /// <param name="root">The file.</param>
    /// <param name="statements">The statements of the body, for this indentation, step and line end.</param>
    public static SyntaxNode? Of(SyntaxNode declaration, SyntaxNode root, Func<string, string, SyntaxTrivia, IEnumerable<StatementSyntax>> statements)
    {
        if (!declaration.StartsLine())
        {
            return null;
        }

        string indentation = declaration.LineIndentation();
        string step = declaration.IndentationStep();
        SyntaxTrivia lineEnd = root.LineEnd();
        SyntaxNode? body = (declaration as BaseMethodDeclarationSyntax)?.Body ?? (declaration as AccessorDeclarationSyntax)?.Body ?? (SyntaxNode?)(declaration as LocalFunctionStatementSyntax)?.Body
            ?? declaration.ChildNodes().OfType<ArrowExpressionClauseSyntax>().FirstOrDefault();
        if (body is null)
        {
            return null;
        }

        // What stood before the body ends its line.
        SyntaxToken before = body.GetFirstToken().GetPreviousToken();
        SyntaxNode headed = declaration.ReplaceToken(before, before.WithTrailingTrivia(lineEnd));
        SyntaxTriviaList after = declaration.GetTrailingTrivia();
        BlockSyntax Block(string at, Func<string, IEnumerable<StatementSyntax>> content) => SyntaxFactory.Block(
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(at)).WithTrailingTrivia(lineEnd),
            SyntaxFactory.List(content(at + step)),
            SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(at)).WithTrailingTrivia(after));
        BlockSyntax whole = Block(indentation, inner => statements(inner, step, lineEnd));
        return headed switch
        {
            MethodDeclarationSyntax method => method.WithExpressionBody(null).WithSemicolonToken(default).WithBody(whole),
            ConstructorDeclarationSyntax constructor => constructor.WithExpressionBody(null).WithSemicolonToken(default).WithBody(whole),
            OperatorDeclarationSyntax @operator => @operator.WithExpressionBody(null).WithSemicolonToken(default).WithBody(whole),
            LocalFunctionStatementSyntax function => function.WithExpressionBody(null).WithSemicolonToken(default).WithBody(whole),
            AccessorDeclarationSyntax accessor => accessor.WithExpressionBody(null).WithSemicolonToken(default).WithBody(whole),
            PropertyDeclarationSyntax property => property.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(indentation, step, after, lineEnd, statements)),
            IndexerDeclarationSyntax indexer => indexer.WithExpressionBody(null).WithSemicolonToken(default).WithAccessorList(Getter(indentation, step, after, lineEnd, statements)),
            _ => null,
        };
    }

    private static AccessorListSyntax Getter(string indentation, string step, SyntaxTriviaList after, SyntaxTrivia lineEnd, Func<string, string, SyntaxTrivia, IEnumerable<StatementSyntax>> statements)
    {
        string inner = indentation + step;
        AccessorDeclarationSyntax getter = SyntaxFactory.AccessorDeclaration(
            SyntaxKind.GetAccessorDeclaration,
            attributeLists: default,
            modifiers: default,
            SyntaxFactory.Token(SyntaxKind.GetKeyword).WithLeadingTrivia(SyntaxFactory.Whitespace(inner)).WithTrailingTrivia(lineEnd),
            SyntaxFactory.Block(
                SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(inner)).WithTrailingTrivia(lineEnd),
                SyntaxFactory.List(statements(inner + step, step, lineEnd)),
                SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(inner)).WithTrailingTrivia(lineEnd)),
            expressionBody: null,
            semicolonToken: default);
        return SyntaxFactory.AccessorList(
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(indentation)).WithTrailingTrivia(lineEnd),
            SyntaxFactory.SingletonList(getter),
            SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(SyntaxFactory.Whitespace(indentation)).WithTrailingTrivia(after));
    }
}
