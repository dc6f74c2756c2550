using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A section that a statement begins by taking a lock, and that a release in the same block ends; or, where there is none, the end of the block.</summary>
/// <param name="Taken">The call that takes the lock.</param>
/// <param name="Begin">Its statement.</param>
/// <param name="Statements">The statements between the two.</param>
/// <param name="End">The statement that releases the lock, or null.</param>
/// <param name="Early">The statements in between that release it, right before a statement that leaves the section.</param>
/// <param name="Leaks">The statements that leave the section without releasing it.</param>
internal sealed record PairedSection(
    LockCall Taken,
    StatementSyntax Begin,
    IReadOnlyList<StatementSyntax> Statements,
    StatementSyntax? End,
    IReadOnlyList<StatementSyntax> Early,
    IReadOnlyList<StatementSyntax> Leaks)
{
    /// <summary>The variable that keeps the flags, or null.</summary>
    public VariableDeclaratorSyntax? Flags => (Taken.Call.Parent as EqualsValueClauseSyntax)?.Parent as VariableDeclaratorSyntax;

    /// <summary>A call that releases it as it must be.</summary>
    public InvocationExpressionSyntax? Release => ((End ?? Early.FirstOrDefault()) as ExpressionStatementSyntax)?.Expression as InvocationExpressionSyntax;

    /// <summary>The section that the call begins; null when it is not certain where it ends.</summary>
    public static PairedSection? Of(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken)
    {
        if (LockCall.Of(call, model, cancellationToken) is not { Effect: { Action: LockAction.Acquire, Subclass: null, Nest: null, When: null }, Contract.Guard: null, Lock: not null } taken
            || Statement(call) is not { Parent: BlockSyntax block } begin || begin.ContainsDirectives
            || FunctionOf(call) is not { } function)
        {
            return null;
        }

        var statements = new List<StatementSyntax>();
        StatementSyntax? end = null;
        foreach (StatementSyntax one in block.Statements.SkipWhile(one => one != begin).Skip(1))
        {
            if (ReleaseIn(one, taken, model, cancellationToken))
            {
                end = one;
                break;
            }

            statements.Add(one);
        }

        var early = new List<StatementSyntax>();
        foreach (LockCall other in taken.OthersOn(block, model, cancellationToken).Where(other => statements.Exists(one => one.Span.Contains(other.Call.Span))))
        {
            if (other.Takes || FunctionOf(other.Call) != function || Statement(other.Call) is not { } release || !ReleaseIn(release, taken, model, cancellationToken)
                || !Leaves(Next(release), begin))
            {
                return null;
            }

            early.Add(release);
        }

        if (end is null && (early.Count == 0 || statements.Count == 0 || !Leaves(statements[statements.Count - 1], begin)))
        {
            return null;
        }

        List<StatementSyntax> leaks =
        [
            .. statements.SelectMany(one => one.DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))).OfType<StatementSyntax>()
                .Where(one => one is not ThrowStatementSyntax && Leaves(one, begin) && !early.Contains(Previous(one)!)),
        ];
        bool isJumpedInto = statements.Exists(one => one.DescendantNodesAndSelf().Any(node => node is LabeledStatementSyntax or GotoStatementSyntax { CaseOrDefaultKeyword.RawKind: 0 } or YieldStatementSyntax));
        return isJumpedInto || statements.Exists(one => one.ContainsDirectives) ? null : new PairedSection(taken, begin, statements, end, early, leaks);
    }

    /// <summary>True when the statement jumps out of what the other begins.</summary>
    public static bool Leaves(StatementSyntax? statement, StatementSyntax begin) => statement switch
    {
        ReturnStatementSyntax or ThrowStatementSyntax => true,
        BreakStatementSyntax => Target(statement, breaks: true).Span.Contains(begin.Span),
        ContinueStatementSyntax => Target(statement, breaks: false).Span.Contains(begin.Span),
        _ => false,
    };

    /// <summary>The statement that a lock call stands in by itself, or whose result it declares.</summary>
    public static StatementSyntax? Statement(InvocationExpressionSyntax call) => call.Parent switch
    {
        ExpressionStatementSyntax statement => statement,
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax { UsingKeyword.RawKind: (int)SyntaxKind.None } local } } } => local,
        _ => null,
    };

    /// <summary>The method, accessor or lambda around a node.</summary>
    public static SyntaxNode? FunctionOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(one => one is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax);

    private static SyntaxNode Target(StatementSyntax jump, bool breaks) =>
        jump.Ancestors().First(one => one is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax || (breaks && one is SwitchStatementSyntax));

    private static bool ReleaseIn(StatementSyntax statement, LockCall taken, SemanticModel model, CancellationToken cancellationToken) =>
        statement is ExpressionStatementSyntax { Expression: InvocationExpressionSyntax call } && call.Expression is MemberAccessExpressionSyntax access && access.Expression.ToString() == taken.Lock
        && LockCall.Of(call, model, cancellationToken) is { Takes: false, Contract.PartOf: null } release && release.Flavour == taken.Flavour && release.Effect.Mode == taken.Effect.Mode;

    private static StatementSyntax? Next(StatementSyntax statement) => Beside(statement) is { } list && list.IndexOf(statement) + 1 is var next && next < list.Count ? list[next] : null;

    private static StatementSyntax? Previous(StatementSyntax statement) => Beside(statement) is { } list && list.IndexOf(statement) is > 0 and var index ? list[index - 1] : null;

    private static SyntaxList<StatementSyntax>? Beside(StatementSyntax statement) => statement.Parent switch
    {
        BlockSyntax block => block.Statements,
        SwitchSectionSyntax section => section.Statements,
        _ => null,
    };
}
