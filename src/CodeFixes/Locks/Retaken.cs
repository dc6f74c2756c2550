using System.Linq;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>Where a lock is taken again, after it was dropped: a guard, or a call.</summary>
/// <param name="At">The statement.</param>
/// <param name="Release">The call that releases it; null for a guard.</param>
internal sealed record Retaken(StatementSyntax At, InvocationExpressionSyntax? Release)
{
    /// <summary>What a statement in the section is indented by.</summary>
    public string Indentation => At is UsingStatementSyntax { Statement: BlockSyntax { Statements.Count: > 0 } block } ? block.Statements[0].LineIndentation() : At.LineIndentation();

    /// <summary>The last time the lock is taken before its use, after it was taken for the read; null when that is not certain.</summary>
    public static Retaken? Before(SyntaxNode use, string @lock, StatementSyntax reading, SemanticModel model, CancellationToken cancellationToken)
    {
        for (StatementSyntax? inner = use.FirstAncestorOrSelf<StatementSyntax>(); inner is not null; inner = inner.Parent?.FirstAncestorOrSelf<StatementSyntax>())
        {
            if (inner.Span.Contains(reading.Span))
            {
                return null;
            }

            if (inner is UsingStatementSyntax { Declaration: null, Expression: InvocationExpressionSyntax guard, Statement: BlockSyntax } && Takes(guard, @lock, model, cancellationToken) is not null)
            {
                return inner.StartsLine() ? new Retaken(inner, null) : null;
            }

            if (inner.Parent is not BlockSyntax block)
            {
                continue;
            }

            foreach (StatementSyntax before in block.Statements.TakeWhile(one => one != inner).Reverse())
            {
                if (CallOf(before) is { } call && Takes(call, @lock, model, cancellationToken) is not null)
                {
                    return before.SpanStart > reading.SpanStart && before.StartsLine() && before.EndsLine() && PairedSection.Of(call, model, cancellationToken) is { Release: { } release } ? new Retaken(before, release) : null;
                }

                if (before.Span.Contains(reading.Span) || before.DescendantNodes().OfType<InvocationExpressionSyntax>().Any(one => LockCall.Of(one, model, cancellationToken) is { } other && Names(other, @lock)))
                {
                    return null;
                }
            }
        }

        return null;
    }

    /// <summary>True when the check and this stand beside each other, and between them nothing is called but operations of the lock.</summary>
    public bool IsBesideWithNothingDone(StatementSyntax check, string @lock, SemanticModel model, CancellationToken cancellationToken)
    {
        if (At.Parent is not BlockSyntax block || block.Statements.FirstOrDefault(one => one.Span.Contains(check.Span)) is not { } first)
        {
            return false;
        }

        return block.Statements.Where(one => one.SpanStart > first.SpanStart && one.SpanStart < At.SpanStart).All(one =>
            one is LocalDeclarationStatementSyntax or ExpressionStatementSyntax && !one.DescendantNodes().Any(node => node is AwaitExpressionSyntax or AssignmentExpressionSyntax { Left: not IdentifierNameSyntax }
                || (node is InvocationExpressionSyntax call && !(LockCall.Of(call, model, cancellationToken) is { } operation && Names(operation, @lock)))))
            && (first == check || first is UsingStatementSyntax { Expression: InvocationExpressionSyntax guard, Statement: BlockSyntax inside } && Takes(guard, @lock, model, cancellationToken) is not null && inside.Statements.Last() == check);
    }

    /// <summary>The change that puts a statement right after it.</summary>
    public SourceChange Followed(StatementSyntax statement, SyntaxTrivia lineEnd, bool isBlock)
    {
        StatementSyntax laidOut = statement.WithLeadingTrivia(SyntaxFactory.Whitespace(Indentation));
        if (At is UsingStatementSyntax { Statement: BlockSyntax { Statements.Count: > 0 } block })
        {
            StatementSyntax first = block.Statements[0];
            SyntaxTriviaList apart = isBlock && !first.GetLeadingTrivia().FirstOrDefault().IsKind(SyntaxKind.EndOfLineTrivia) ? SyntaxFactory.TriviaList(lineEnd, lineEnd) : SyntaxFactory.TriviaList(lineEnd);
            return new SourceChange(first, [laidOut.WithTrailingTrivia(apart), first]);
        }

        SyntaxTriviaList after = At.Parent is BlockSyntax around && isBlock && around.Statements.IndexOf(At) + 1 is var next && next < around.Statements.Count && !around.Statements[next].GetLeadingTrivia().FirstOrDefault().IsKind(SyntaxKind.EndOfLineTrivia)
            ? SyntaxFactory.TriviaList(lineEnd, lineEnd)
            : SyntaxFactory.TriviaList(lineEnd);
        return new SourceChange(At, [At, laidOut.WithTrailingTrivia(after)]);
    }

    private static InvocationExpressionSyntax? CallOf(StatementSyntax statement) => statement switch
    {
        ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } => call,
        ExpressionStatementSyntax { Expression: AssignmentExpressionSyntax { Right: InvocationExpressionSyntax call } } => call,
        LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } local => local.Declaration.Variables[0].Initializer?.Value as InvocationExpressionSyntax,
        _ => null,
    };

    private static LockCall? Takes(InvocationExpressionSyntax call, string @lock, SemanticModel model, CancellationToken cancellationToken) =>
        LockCall.Of(call, model, cancellationToken) is { Takes: true } taken && Names(taken, @lock) ? taken : null;

    private static bool Names(LockCall call, string @lock) => call.Lock == @lock || call.Lock == "this." + @lock;
}
