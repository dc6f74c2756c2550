using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Moves the check into the section that acts on its outcome: the section is widened to the whole <c>if</c>, or an <c>if</c> that leaves is moved behind
/// the beginning of the section. Not offered unless the two are adjacent, or where the check waits or takes locks.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0112CheckUnderLockFix)), Shared]
public sealed class IRQ0112CheckUnderLockFix() : SourceFix("IRQ0112")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        // A check whose outcome is kept in a variable is made by the next statement.
        StatementSyntax? reading = occurrence.Node.FirstAncestorOrSelf<StatementSyntax>();
        var kept = reading as LocalDeclarationStatementSyntax;
        if ((kept is { Parent: BlockSyntax outer } ? Next(outer, kept) : reading) is not IfStatementSyntax { Else: null, Parent: BlockSyntax block } check
            || !check.StartsLine() || check.ContainsDirectives || (kept is null && !check.Condition.Span.Contains(occurrence.Node.Span))
            || ContractedCompilation.TryCreate(occurrence.Model.Compilation, occurrence.Document.Project.AnalyzerOptions, cancellationToken) is not { } contracts
            || LockNeed.In(occurrence.Node, contracts, occurrence.Model, cancellationToken).FirstOrDefault() is not { } need)
        {
            return null;
        }

        var contents = new SectionContents(contracts, occurrence.Model, cancellationToken);
        if (!contents.MayHold(check.Condition) || (kept is not null && !contents.MayHold(kept)))
        {
            return null;
        }

        var section = new Section(check, need.Text, occurrence, cancellationToken);
        if (check.Statement is not BlockSyntax body || body.Statements.Count == 0)
        {
            return null;
        }

        IReadOnlyList<SourceChange>? changes =
            kept is not null ? (body.Statements.Count == 1 && body.Statements[0] is UsingStatementSyntax only ? section.Widened(kept, only) : null)
            : body.Statements.Count == 1 && body.Statements[0] is UsingStatementSyntax guard ? section.Widened(guard)
            : section.Begins(body.Statements[0]) is { } pair ? (pair.End == body.Statements.Last() ? section.Widened(pair) : null)
            : PairedSection.Leaves(body.Statements.Last(), check) && body.Statements.All(contents.MayHold) && Next(block, check) is { } next ? section.MovedInto(next)
            : null;
        return changes is null ? null : new SourceEdit(occurrence.Document.Id, changes);
    }

    private static StatementSyntax? Next(BlockSyntax block, StatementSyntax statement) => block.Statements.IndexOf(statement) + 1 is var next && next < block.Statements.Count ? block.Statements[next] : null;

    private sealed class Section(IfStatementSyntax check, string @lock, Occurrence occurrence, CancellationToken cancellationToken)
    {
        private readonly string _indentation = check.LineIndentation();
        private readonly string _step = check.IndentationStep();
        private readonly SyntaxTrivia _lineEnd = occurrence.Root.LineEnd();

        public PairedSection? Begins(StatementSyntax statement) =>
            CallIn(statement) is { } call && PairedSection.Of(call, occurrence.Model, cancellationToken) is { Leaks.Count: 0, End: not null } pair && IsTheLock(pair.Taken) ? pair : null;

        /// <summary><c>if (check) { using (lock) { act } }</c></summary>
        public IReadOnlyList<SourceChange>? Widened(UsingStatementSyntax guard)
        {
            if (!TakesTheLock(guard) || guard.Statement is not BlockSyntax act || !guard.StartsLine())
            {
                return null;
            }

            IfStatementSyntax inner = check.WithStatement(act).WithLeadingTrivia(guard.GetLeadingTrivia());
            return [new SourceChange(check, [guard.WithLeadingTrivia(check.GetLeadingTrivia()).WithStatement(SectionBody.Block([inner], _indentation, _lineEnd).WithTrailingTrivia(check.GetTrailingTrivia()))])];
        }

        /// <summary><c>bool outcome = check; if (outcome) { using (lock) { act } }</c></summary>
        public IReadOnlyList<SourceChange>? Widened(LocalDeclarationStatementSyntax kept, UsingStatementSyntax guard)
        {
            if (!TakesTheLock(guard) || guard.Statement is not BlockSyntax act || !guard.StartsLine() || !kept.StartsLine() || !kept.EndsLine()
                || check.GetLeadingTrivia().Any(trivia => trivia.RawKind is not ((int)SyntaxKind.WhitespaceTrivia or (int)SyntaxKind.EndOfLineTrivia))
                || kept.Declaration.Variables.Count != 1 || SectionBody.IsUsedAfter(kept, check)
                || !check.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(name => name.Identifier.ValueText == kept.Declaration.Variables[0].Identifier.ValueText))
            {
                return null;
            }

            StatementSyntax checking = kept.Indented(_step).WithLeadingTrivia(SyntaxFactory.Whitespace(_indentation + _step));
            IfStatementSyntax inner = check.WithStatement(act).WithLeadingTrivia(guard.GetLeadingTrivia());
            return
            [
                new SourceChange(kept, [guard.WithLeadingTrivia(kept.GetLeadingTrivia()).WithStatement(SectionBody.Block([checking, inner], _indentation, _lineEnd).WithTrailingTrivia(check.GetTrailingTrivia()))]),
                new SourceChange(check, []),
            ];
        }

        /// <summary><c>if (check) { acquire; act; release; }</c></summary>
        public IReadOnlyList<SourceChange>? Widened(PairedSection pair)
        {
            if (pair.Statements.Count == 0 || pair.Early.Count > 0 || !pair.Begin.StartsLine()
                || (pair.Flags is { } flags && PairedSection.FunctionOf(check)!.DescendantNodes().OfType<VariableDeclaratorSyntax>().Count(one => one.Identifier.ValueText == flags.Identifier.ValueText) > 1))
            {
                return null;
            }

            var body = (BlockSyntax)check.Statement;
            List<StatementSyntax> act = [.. pair.Statements];
            act[0] = act[0].WithLeadingTrivia(SectionBody.WithoutBlankLines(act[0].GetLeadingTrivia()));
            return
            [
                new SourceChange(check,
                [
                    pair.Begin.WithLeadingTrivia(check.GetLeadingTrivia()),
                    check.WithStatement(body.WithStatements(SyntaxFactory.List(act))).WithLeadingTrivia(SyntaxFactory.Whitespace(_indentation)).WithTrailingTrivia(_lineEnd, _lineEnd),
                    pair.End!.WithLeadingTrivia(SyntaxFactory.Whitespace(_indentation)).WithTrailingTrivia(check.GetTrailingTrivia()),
                ]),
            ];
        }

        /// <summary><c>if (check) { leave; } using (lock) { act }</c>, and the same with a pair.</summary>
        public IReadOnlyList<SourceChange>? MovedInto(StatementSyntax next)
        {
            if (next is UsingStatementSyntax { Statement: BlockSyntax act } guard && TakesTheLock(guard) && act.Statements.FirstOrDefault() is { } first && first.StartsLine() && guard.StartsLine())
            {
                StatementSyntax moved = check.Indented(_step).WithLeadingTrivia(SyntaxFactory.Whitespace(_indentation + _step));
                BlockSyntax inner = act.WithStatements(act.Statements
                    .Replace(first, first.WithLeadingTrivia(SyntaxFactory.TriviaList(_lineEnd).AddRange(SectionBody.WithoutBlankLines(first.GetLeadingTrivia()))))
                    .Insert(0, moved));
                return [new SourceChange(check, [guard.WithStatement(inner).WithLeadingTrivia(check.GetLeadingTrivia())]), new SourceChange(next, [])];
            }

            if (Begins(next) is not { Release: { } release } pair || check.Statement is not BlockSyntax body)
            {
                return null;
            }

            StatementSyntax exit = body.Statements.Last();
            StatementSyntax releasing = SyntaxFactory.ExpressionStatement(release.WithoutTrivia()).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken))
                .WithLeadingTrivia(exit.GetLeadingTrivia()).WithTrailingTrivia(_lineEnd);
            BlockSyntax leaving = body.WithStatements(body.Statements.Replace(exit, exit.WithLeadingTrivia(exit.Indentation())).Insert(body.Statements.Count - 1, releasing));
            bool isApart = pair.Statements.Count == 0 || pair.Statements[0].GetLeadingTrivia().FirstOrDefault().IsKind(SyntaxKind.EndOfLineTrivia);
            SyntaxTriviaList after = isApart ? check.GetTrailingTrivia() : check.GetTrailingTrivia().Add(_lineEnd);
            return
            [
                new SourceChange(check, [next.WithLeadingTrivia(check.GetLeadingTrivia()), check.WithStatement(leaving).WithLeadingTrivia(SyntaxFactory.Whitespace(_indentation)).WithTrailingTrivia(after)]),
                new SourceChange(next, []),
            ];
        }

        private bool TakesTheLock(UsingStatementSyntax guard) =>
            guard is { Declaration: null, Expression: InvocationExpressionSyntax call } && LockCall.Of(call, occurrence.Model, cancellationToken) is { Takes: true, Contract.Guard: not null } taken && IsTheLock(taken);

        private bool IsTheLock(LockCall taken) => taken.Lock == @lock || taken.Lock == "this." + @lock;

        private static InvocationExpressionSyntax? CallIn(StatementSyntax statement) => statement.DescendantNodes(node => node is not StatementSyntax || node == statement)
            .OfType<InvocationExpressionSyntax>().FirstOrDefault(call => PairedSection.Statement(call) == statement);
    }
}
