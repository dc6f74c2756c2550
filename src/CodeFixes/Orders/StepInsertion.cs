using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Orders;

/// <summary>A step that is missing before or after a statement. Two that add the same call at the same place are equal.</summary>
/// <param name="Document">The document.</param>
/// <param name="Statement">The statement.</param>
/// <param name="Call">The call that is the step, in full.</param>
/// <param name="IsBefore">True before the statement.</param>
public sealed record StepInsertion(DocumentId Document, StatementSyntax Statement, string Call, bool IsBefore)
{
    internal InvocationExpressionSyntax? New { get; init; }

    /// <inheritdoc/>
    public bool Equals(StepInsertion? other) => other is not null && Document == other.Document && Statement == other.Statement && Call == other.Call && IsBefore == other.IsBefore;

    /// <inheritdoc/>
    public override int GetHashCode() => Statement.GetHashCode();

    /// <summary>What an occurrence asks for; null when its call does not stand in a statement of its own, or when it is not clear which operation is the step.</summary>
    internal static StepInsertion? Find(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Property(FixProperties.Step) is not { } step || occurrence.Property(FixProperties.Side) is not { } side ||
            occurrence.Invocation is not { } call || occurrence.Model.GetSymbolInfo(call, cancellationToken).Symbol is not IMethodSymbol operation ||
            StatementOf(call, isBefore: side == FixProperties.Before) is not { } statement ||
            occurrence.Diagnostic.AdditionalLocations.Any(other => other.SourceTree == statement.SyntaxTree && statement.Span.Contains(other.SourceSpan)) ||
            StepProvider.Find(step, operation, occurrence, cancellationToken) is not { } provider)
        {
            return null;
        }

        ExpressionSyntax name = SyntaxFactory.IdentifierName(provider.Name);
        if (!SymbolEqualityComparer.Default.Equals(provider.ContainingType, occurrence.Model.GetEnclosingSymbol(call.SpanStart, cancellationToken)?.ContainingType))
        {
            name = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Imports.Type(provider.ContainingType), (SimpleNameSyntax)name);
        }

        return new StepInsertion(occurrence.Document.Id, statement, name.ToString(), side == FixProperties.Before) { New = SyntaxFactory.InvocationExpression(name) };
    }

    /// <summary>Makes the insertions.</summary>
    internal static async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<StepInsertion> edits, CancellationToken cancellationToken)
    {
        foreach (IGrouping<(DocumentId, StatementSyntax), StepInsertion> place in edits.GroupBy(edit => (edit.Document, edit.Statement)))
        {
            DocumentEditor document = await editor.GetDocumentEditorAsync(place.Key.Item1, cancellationToken).ConfigureAwait(false);
            Insert(document, place.Key.Item2, [.. place]);
        }
    }

    // What stands above the statement, a comment or an empty line, stands above the whole.
    private static void Insert(SyntaxEditor editor, StatementSyntax statement, IReadOnlyList<StepInsertion> edits)
    {
        SyntaxTrivia lineEnd = statement.SyntaxTree.GetRoot().LineEnd();
        SyntaxTriviaList indentation = SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(statement.LineIndentation()));
        List<StatementSyntax> before = [.. edits.Where(edit => edit.IsBefore).Select(edit => edit.Line(indentation, lineEnd))];
        List<StatementSyntax> after = [.. edits.Where(edit => !edit.IsBefore).Select(edit => edit.Line(indentation, lineEnd))];
        if (before.Count > 0)
        {
            before[0] = before[0].WithLeadingTrivia(statement.GetLeadingTrivia());
            editor.InsertBefore(statement, before);
            editor.ReplaceNode(statement, (current, _) => current.WithLeadingTrivia(indentation));
        }

        if (after.Count > 0)
        {
            editor.InsertAfter(statement, after);
        }
    }

    private StatementSyntax Line(SyntaxTriviaList indentation, SyntaxTrivia lineEnd) =>
        SyntaxFactory.ExpressionStatement(New!).WithLeadingTrivia(indentation).WithTrailingTrivia(lineEnd);

    // Before it, everything else of the statement may still be evaluated after the step; after it, nothing may come in between.
    private static StatementSyntax? StatementOf(InvocationExpressionSyntax call, bool isBefore)
    {
        StatementSyntax? statement = call.FirstAncestorOrSelf<StatementSyntax>();
        bool isSimple = statement is ExpressionStatementSyntax || (isBefore && statement is LocalDeclarationStatementSyntax or ReturnStatementSyntax);
        bool isOwn = !call.Ancestors().TakeWhile(node => node != statement).Any(node => node is AnonymousFunctionExpressionSyntax);
        return isSimple && isOwn && statement!.Parent is BlockSyntax or SwitchSectionSyntax && statement.StartsLine() && !statement.IsPartedByDirective() ? statement : null;
    }
}
