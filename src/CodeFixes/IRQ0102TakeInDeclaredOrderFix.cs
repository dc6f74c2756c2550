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
/// Exchanges two locks that are taken one right after the other. What is masked stays with the outer section, whichever lock it takes. Not offered
/// where anything stands between the two, where the second lock is found by data that the first one guards, or where one of them is also taken elsewhere
/// in the method.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0102TakeInDeclaredOrderFix)), Shared]
public sealed class IRQ0102TakeInDeclaredOrderFix() : SourceFix("IRQ0102")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        SemanticModel model = occurrence.Model;
        if (occurrence.Invocation is not { } second || occurrence.CallAt(FixProperties.TakenAt) is not { } first
            || Taking(first, model, cancellationToken) is not { } outer || Taking(second, model, cancellationToken) is not { } inner
            || outer.Contract.Guard is null != inner.Contract.Guard is null
            || !AreAdjacent(first, second)
            || PairedSection.FunctionOf(first) is not { } function
            || ContractedCompilation.TryCreate(model.Compilation, occurrence.Document.Project.AnalyzerOptions, cancellationToken) is not { } contracts
            || LockNeed.In(((MemberAccessExpressionSyntax)second.Expression).Expression, contracts, model, cancellationToken).Any())
        {
            return null;
        }

        List<LockCall> ofOuter = [.. outer.OthersOn(function, model, cancellationToken)];
        List<LockCall> ofInner = [.. inner.OthersOn(function, model, cancellationToken)];
        if (ofOuter.Concat(ofInner).Any(other => other.Takes || other.Contract.PartOf is not null) || outer.Lock == inner.Lock
            || Exchanged(outer, inner) is not { } taking)
        {
            return null;
        }

        // In one flavour the releases may stay in the order they are in.
        if (outer.Flavour == inner.Flavour)
        {
            return new SourceEdit(occurrence.Document.Id, taking);
        }

        var changes = new List<(SyntaxNode, SyntaxNode)>(taking);
        foreach (LockCall release in ofInner)
        {
            if (Beside(release, ofOuter) is not { } other || Exchanged(other, release) is not { } releasing)
            {
                return null;
            }

            changes.AddRange(releasing);
        }

        return ofOuter.Count == ofInner.Count ? new SourceEdit(occurrence.Document.Id, changes) : null;
    }

    private static LockCall? Taking(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken) =>
        LockCall.Of(call, model, cancellationToken) is { Effect: { Action: LockAction.Acquire, Subclass: null, Nest: null, When: null }, Lock: not null } taken ? taken : null;

    private static bool AreAdjacent(InvocationExpressionSyntax first, InvocationExpressionSyntax second)
    {
        if (first.FirstAncestorOrSelf<StatementSyntax>() is not { } outer || second.FirstAncestorOrSelf<StatementSyntax>() is not { } inner || inner.ContainsDirectives)
        {
            return false;
        }

        return outer is UsingStatementSyntax guard
            ? inner is UsingStatementSyntax && (guard.Statement == inner || (guard.Statement is BlockSyntax { Statements.Count: 1 } body && body.Statements[0] == inner))
            : outer.Parent is BlockSyntax block && block.Statements.IndexOf(outer) + 1 == block.Statements.IndexOf(inner) && inner.Parent == block && IsPlain(outer) == IsPlain(inner);
    }

    // A using declaration ends with its block, a pair where it is released.
    private static bool IsPlain(StatementSyntax statement) => statement is not LocalDeclarationStatementSyntax { UsingKeyword.RawKind: not (int)SyntaxKind.None };

    /// <summary>The two calls with the locks exchanged: each is made on the other's lock, and keeps its flavour.</summary>
    private static IReadOnlyList<(SyntaxNode, SyntaxNode)>? Exchanged(LockCall one, LockCall other) =>
        With(one, other) is { } first && With(other, one) is { } second ? [(one.Call.Expression, first), (other.Call.Expression, second)] : null;

    private static ExpressionSyntax? With(LockCall call, LockCall ofLock)
    {
        var access = (MemberAccessExpressionSyntax)call.Call.Expression;
        return LockMembers.Find(ofLock.Method.ContainingType, call.Effect.Action, ofLock.Effect.Mode, call.Contract.Guard is not null, call.Flavour) is { } method
            && SymbolEqualityComparer.Default.Equals(method.ReturnType, call.Method.ReturnType)
            && method.Parameters.Select(parameter => parameter.Type).SequenceEqual(call.Method.Parameters.Select(parameter => parameter.Type), SymbolEqualityComparer.Default)
            ? access
                .WithExpression(((MemberAccessExpressionSyntax)ofLock.Call.Expression).Expression.WithTriviaFrom(access.Expression))
                .WithName(SyntaxFactory.IdentifierName(SyntaxFactory.Identifier(method.Name).WithTriviaFrom(access.Name.Identifier)))
            : null;
    }

    private static LockCall? Beside(LockCall release, IEnumerable<LockCall> others) => release.Call.Parent is ExpressionStatementSyntax { Parent: BlockSyntax block } statement
        ? others.FirstOrDefault(other => other.Call.Parent is ExpressionStatementSyntax one && one.Parent == block && System.Math.Abs(block.Statements.IndexOf(one) - block.Statements.IndexOf(statement)) == 1)
        : null;
}
