using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>
/// A guard of a lock around code that needs it: around the statement, and the statements beside it that need the same lock, so that what is read and
/// written together stays together. Variables that are used after it are declared before it.
/// </summary>
internal sealed class GuardedRegion
{
    private readonly Occurrence _occurrence;
    private readonly LockNeed _need;
    private readonly ContractedCompilation _contracts;
    private readonly Context _runsIn;
    private readonly CancellationToken _cancellationToken;

    private GuardedRegion(Occurrence occurrence, LockNeed need, Context runsIn, ContractedCompilation contracts, CancellationToken cancellationToken)
    {
        _occurrence = occurrence;
        _need = need;
        _runsIn = runsIn;
        _contracts = contracts;
        _cancellationToken = cancellationToken;
    }

    /// <summary>The edit that puts a guard around what needs the lock; null when what stands there must not run under it, or the guard is not to be had.</summary>
    /// <param name="occurrence">The finding.</param>
    /// <param name="need">What needs the lock.</param>
    /// <param name="runsIn">Where that runs; none when nothing is known.</param>
    /// <param name="contracts">The contracts.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static SourceEdit? Around(Occurrence occurrence, LockNeed need, Context runsIn, ContractedCompilation contracts, CancellationToken cancellationToken)
    {
        var region = new GuardedRegion(occurrence, need, runsIn, contracts, cancellationToken);
        SyntaxNode? inner = need.Node.Ancestors().FirstOrDefault(one => one is StatementSyntax or ArrowExpressionClauseSyntax or AnonymousFunctionExpressionSyntax or MemberDeclarationSyntax);
        IReadOnlyList<SourceChange>? changes = inner switch
        {
            ArrowExpressionClauseSyntax arrow => region.Arrow(arrow),
            StatementSyntax statement => region.Statements(statement),
            _ => null,
        };
        return changes is null ? null : new SourceEdit(occurrence.Document.Id, changes);
    }

    private IReadOnlyList<SourceChange>? Arrow(ArrowExpressionClauseSyntax arrow)
    {
        if (arrow.Parent is not { } declaration || !declaration.StartsLine() || declaration.ContainsDirectives || arrow.Expression is RefExpressionSyntax
            || !MayHold([arrow.Expression]) || GuardOver([arrow.Expression]) is not { } guard)
        {
            return null;
        }

        bool isVoid = declaration is AccessorDeclarationSyntax { Keyword.RawKind: not (int)SyntaxKind.GetKeyword } or ConstructorDeclarationSyntax or DestructorDeclarationSyntax
            || (_occurrence.Model.GetDeclaredSymbol(declaration, _cancellationToken) is IMethodSymbol { ReturnsVoid: true });
        ExpressionSyntax expression = arrow.Expression.WithLeadingTrivia();
        SyntaxToken semicolon = SyntaxFactory.Token(SyntaxKind.SemicolonToken);
        StatementSyntax body = isVoid
            ? SyntaxFactory.ExpressionStatement(expression.WithTrailingTrivia()).WithSemicolonToken(semicolon)
            : SyntaxFactory.ReturnStatement(SyntaxFactory.Token(SyntaxKind.ReturnKeyword).WithTrailingTrivia(SyntaxFactory.Space), expression.WithTrailingTrivia(), semicolon);
        return ExpandedBody.Of(declaration, _occurrence.Root, (indentation, step, lineEnd) =>
        [
            SectionBody.Using(guard, [OnLine(body, indentation + step, lineEnd)], SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(indentation)), indentation, lineEnd),
        ]) is { } expanded ? [new SourceChange(declaration, [expanded])] : null;
    }

    private IReadOnlyList<SourceChange>? Statements(StatementSyntax statement)
    {
        if (statement is WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or BlockSyntax || Region(statement) is not { } region || GuardOver(region) is not { } guard)
        {
            return null;
        }

        StatementSyntax first = region[0];
        if (!first.StartsLine() || !region[region.Count - 1].EndsLine())
        {
            return OnOneLine(region, guard);
        }

        return SectionBody.Of(region, guard, _occurrence, _cancellationToken) is { } body
            ? [new SourceChange(first, body), .. region.Skip(1).Select(one => new SourceChange(one, []))]
            : null;
    }

    // A body that stands on one line is spread over several.
    private IReadOnlyList<SourceChange>? OnOneLine(IReadOnlyList<StatementSyntax> region, string guard)
    {
        if (region[0].Parent is not BlockSyntax { Parent: { } declaration } block || declaration.ContainsDirectives || block.DescendantTrivia().Any(trivia => trivia.IsKind(SyntaxKind.EndOfLineTrivia) && block.Span.Contains(trivia.Span))
            || region.Any(one => SectionBody.IsUsedAfter(one, region[region.Count - 1])))
        {
            return null;
        }

        return ExpandedBody.Of(declaration, _occurrence.Root, (indentation, step, lineEnd) =>
        [
            .. block.Statements.TakeWhile(one => one != region[0]).Select(one => OnLine(one, indentation, lineEnd)),
            SectionBody.Using(guard, region.Select(one => OnLine(one, indentation + step, lineEnd)), SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(indentation)), indentation, lineEnd),
            .. block.Statements.SkipWhile(one => one != region[region.Count - 1]).Skip(1).Select(one => OnLine(one, indentation, lineEnd)),
        ]) is { } expanded ? [new SourceChange(declaration, [expanded])] : null;
    }

    private static StatementSyntax OnLine(StatementSyntax statement, string indentation, SyntaxTrivia lineEnd) =>
        statement.WithLeadingTrivia(SyntaxFactory.Whitespace(indentation)).WithTrailingTrivia(lineEnd);

    /// <summary>The statement and those beside it that need the same lock.</summary>
    private IReadOnlyList<StatementSyntax>? Region(StatementSyntax statement)
    {
        if (!MayHold([statement]))
        {
            return null;
        }

        if (statement.Parent is not BlockSyntax block)
        {
            return SectionBody.Declared(statement).Any() ? null : [statement];
        }

        int first = block.Statements.IndexOf(statement);
        int last = first;
        while (first > 0 && Belongs(block.Statements[first - 1]))
        {
            first--;
        }

        while (last + 1 < block.Statements.Count && Belongs(block.Statements[last + 1]))
        {
            last++;
        }

        List<StatementSyntax> region = [.. block.Statements.Skip(first).Take(last - first + 1)];
        return MayHold(region) ? region : [statement];
    }

    private bool Belongs(StatementSyntax statement) =>
        statement is not (WhileStatementSyntax or DoStatementSyntax or ForStatementSyntax or BlockSyntax) && MayHold([statement])
        && LockNeed.In(statement, _contracts, _occurrence.Model, _cancellationToken).Any(need => need.Text == _need.Text);

    // Nothing in it may change which lock it is.
    private bool MayHold(IReadOnlyList<SyntaxNode> region)
    {
        var contents = new SectionContents(_contracts, _occurrence.Model, _cancellationToken);
        HashSet<string> names = [.. SyntaxFactory.ParseExpression(_need.Text).DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText)];
        return region.All(one => !one.ContainsDirectives && contents.MayHold(one)
            && !one.DescendantNodesAndSelf().Any(node => node switch
            {
                VariableDeclaratorSyntax variable => names.Contains(variable.Identifier.ValueText),
                SingleVariableDesignationSyntax variable => names.Contains(variable.Identifier.ValueText),
                ForEachStatementSyntax loop => names.Contains(loop.Identifier.ValueText),
                AssignmentExpressionSyntax { Left: IdentifierNameSyntax name } => names.Contains(name.Identifier.ValueText),
                AssignmentExpressionSyntax { Left: MemberAccessExpressionSyntax { Name: var name } } => names.Contains(name.Identifier.ValueText),
                _ => false,
            }));
    }

    private string? GuardOver(IReadOnlyList<SyntaxNode> region)
    {
        bool writes = region.SelectMany(one => LockNeed.In(one, _contracts, _occurrence.Model, _cancellationToken)).Any(need => need.Text == _need.Text && need.Mode == LockMode.Exclusive);
        LockNeed need = writes ? _need with { Mode = LockMode.Exclusive } : _need;
        return NeededGuard.For(need, _runsIn, _contracts, region[0], _cancellationToken) is { } guard ? $"{_need.Text}.{guard.Name}()" : null;
    }
}
