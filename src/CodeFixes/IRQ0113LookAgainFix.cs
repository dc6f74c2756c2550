using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Repeats, where the lock has been taken again, the one statement that read the data: the assignment of a variable, or the check that leaves. Not offered
/// where something was done in between that leaving would have to undo, where the variable was used in between, or where more than one statement decided.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0113LookAgainFix)), Shared]
public sealed class IRQ0113LookAgainFix() : SourceFix("IRQ0113")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.TokenAt(FixProperties.ReadAt)?.Parent is not ExpressionSyntax token
            || ContractedCompilation.TryCreate(occurrence.Model.Compilation, occurrence.Document.Project.AnalyzerOptions, cancellationToken) is not { } contracts
            || token.FirstAncestorOrSelf<StatementSyntax>() is not { } reading
            || LockNeed.In(reading, contracts, occurrence.Model, cancellationToken).FirstOrDefault(one => one.Node.Span.Contains(token.Span)) is not { } need
            || !new SectionContents(contracts, occurrence.Model, cancellationToken).MayHold(Looked(reading))
            || Retaken.Before(occurrence.Node, need.Text, reading, occurrence.Model, cancellationToken) is not { } retaken)
        {
            return null;
        }

        StatementSyntax? again = reading switch
        {
            IfStatementSyntax check => Check(check, retaken, need.Text, occurrence, cancellationToken),
            LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } local when local.Declaration.Variables[0] is { Initializer.Value: { } value } variable => Assignment(variable.Identifier.ValueText, value, need, retaken, reading, occurrence),
            ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Left: IdentifierNameSyntax variable, Right: var value, RawKind: (int)SyntaxKind.SimpleAssignmentExpression } } => Assignment(variable.Identifier.ValueText, value, need, retaken, reading, occurrence),
            _ => null,
        };
        return again is null ? null : new SourceEdit(occurrence.Document.Id, [retaken.Followed(again, occurrence.Root.LineEnd(), isBlock: again is IfStatementSyntax)]);
    }

    private static SyntaxNode Looked(StatementSyntax reading) => reading is IfStatementSyntax check ? check.Condition : reading;

    // The variable is set again, if nothing was done by its old value.
    private static StatementSyntax? Assignment(string variable, ExpressionSyntax value, LockNeed need, Retaken retaken, StatementSyntax reading, Occurrence occurrence)
    {
        bool isTheRead = value.Span == need.Node.Span || value is ElementAccessExpressionSyntax element && element.Expression.Span == need.Node.Span || value is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call && call.Span.Contains(need.Node.Span);
        bool isUsedBetween = reading.SyntaxTree.GetRoot().DescendantNodes(Microsoft.CodeAnalysis.Text.TextSpan.FromBounds(reading.Span.End, retaken.At.SpanStart)).OfType<IdentifierNameSyntax>()
            .Any(name => name.Identifier.ValueText == variable && name.SpanStart > reading.Span.End && name.SpanStart < retaken.At.SpanStart);
        bool isUsed = occurrence.Node.FirstAncestorOrSelf<StatementSyntax>()?.DescendantNodes().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == variable) ?? false;
        bool isVisible = occurrence.Model.LookupSymbols(retaken.At.SpanStart, name: variable).Any(symbol => symbol is ILocalSymbol { IsRef: false, IsConst: false });
        return isTheRead && isUsed && !isUsedBetween && isVisible
            ? SyntaxFactory.ExpressionStatement(SyntaxFactory.AssignmentExpression(
                SyntaxKind.SimpleAssignmentExpression,
                SyntaxFactory.IdentifierName(variable).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space),
                value.WithoutTrivia())).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken))
            : null;
    }

    // Leaving is as right as it was the first time if nothing was done meanwhile but to make things that nobody knows yet.
    private static StatementSyntax? Check(IfStatementSyntax check, Retaken retaken, string @lock, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (check is not { Else: null, Statement: BlockSyntax { Statements: { Count: 1 or 2 } statements } } || statements.Last() is not { } exit || !PairedSection.Leaves(exit, check) || !PairedSection.Leaves(exit, retaken.At)
            || check.ContainsDirectives || !retaken.IsBesideWithNothingDone(check, @lock, occurrence.Model, cancellationToken)
            || (statements.Count == 2 && !IsReleaseOf(statements[0], @lock, occurrence.Model, cancellationToken)))
        {
            return null;
        }

        string step = exit.IndentationStep();
        string indentation = retaken.Indentation;
        SyntaxTrivia lineEnd = occurrence.Root.LineEnd();
        var leaving = new List<StatementSyntax>();
        if (retaken.Release is { } release)
        {
            leaving.Add(SyntaxFactory.ExpressionStatement(release.WithoutTrivia()).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken)).WithLeadingTrivia(SyntaxFactory.Whitespace(indentation + step)).WithTrailingTrivia(lineEnd));
        }

        leaving.Add(exit.WithoutTrivia().WithLeadingTrivia(SyntaxFactory.Whitespace(indentation + step)).WithTrailingTrivia(lineEnd));
        return check.WithoutTrivia().WithCloseParenToken(check.CloseParenToken.WithTrailingTrivia(lineEnd)).WithStatement(SectionBody.Block(leaving, indentation, lineEnd)).WithTrailingTrivia();
    }

    private static bool IsReleaseOf(StatementSyntax statement, string @lock, SemanticModel model, CancellationToken cancellationToken) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && LockCall.Of(call, model, cancellationToken) is { Takes: false } release && release.Lock is { } named && (named == @lock || named == "this." + @lock);
}
