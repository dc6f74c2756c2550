using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Holds the lock in a guard that ends on every path, in place of the pair; or releases it before each exit that forgets to. A guard that nobody
/// disposes becomes a <c>using</c>. Not offered where no release says where the section should end, or where releases stand otherwise than right before
/// an exit.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0104ReleaseOnEveryPathFix)), Shared]
public sealed class IRQ0104ReleaseOnEveryPathFix() : SourceFix("IRQ0104")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Invocation is not { } call)
        {
            return null;
        }

        return UndisposedGuard(call, occurrence, cancellationToken) ?? (PairedSection.Of(call, occurrence.Model, cancellationToken) is { Leaks.Count: > 0 } section ? AsGuard(section, occurrence, cancellationToken) : null);
    }

    /// <inheritdoc/>
    protected override SourceEdit? FindOtherEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Invocation is not { } call || PairedSection.Of(call, occurrence.Model, cancellationToken) is not { Leaks.Count: > 0, Release: { } release } section
            || !section.Leaks.All(leak => leak.StartsLine() && !leak.ContainsDirectives && NeedsNoLock(leak, occurrence.Model, cancellationToken)))
        {
            return null;
        }

        SyntaxTrivia lineEnd = occurrence.Root.LineEnd();
        return new SourceEdit(occurrence.Document.Id, [.. section.Leaks.Select(leak => new SourceChange(leak, Released(leak, release, lineEnd)))]);
    }

    private static SourceEdit? UndisposedGuard(InvocationExpressionSyntax call, Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (LockCall.Of(call, occurrence.Model, cancellationToken) is not { Takes: true, Contract.Guard: not null } taken || PairedSection.Statement(call) is not { Parent: BlockSyntax block } statement)
        {
            return null;
        }

        if (statement is not LocalDeclarationStatementSyntax local)
        {
            return Kept(taken, statement, block, occurrence);
        }

        string name = local.Declaration.Variables[0].Identifier.ValueText;
        bool isUsed = block.DescendantNodes().OfType<IdentifierNameSyntax>().Any(one => one.Identifier.ValueText == name);
        SyntaxToken keyword = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(local.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space);
        return isUsed ? null : new SourceEdit(occurrence.Document.Id, [((SyntaxNode)local, local.WithLeadingTrivia().WithUsingKeyword(keyword))]);
    }

    // A guard that nobody keeps gets a variable.
    private static SourceEdit? Kept(LockCall taken, StatementSyntax statement, BlockSyntax block, Occurrence occurrence)
    {
        HashSet<string> used = [.. (PairedSection.FunctionOf(statement) ?? block).DescendantTokens().Where(token => token.IsKind(SyntaxKind.IdentifierToken)).Select(token => token.ValueText)];
        if (taken.Method.ReturnType is not INamedTypeSymbol type || new[] { "guard", "held" }.FirstOrDefault(one => !used.Contains(one)) is not { } name)
        {
            return null;
        }

        LocalDeclarationStatementSyntax kept = SyntaxFactory.LocalDeclarationStatement(SyntaxFactory.VariableDeclaration(
                Imports.Type(type).WithTrailingTrivia(SyntaxFactory.Space),
                SyntaxFactory.SingletonSeparatedList(SyntaxFactory.VariableDeclarator(
                    SyntaxFactory.Identifier(name).WithTrailingTrivia(SyntaxFactory.Space),
                    argumentList: null,
                    SyntaxFactory.EqualsValueClause(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), taken.Call.WithoutTrivia())))))
            .WithUsingKeyword(SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(statement.GetLeadingTrivia()).WithTrailingTrivia(SyntaxFactory.Space))
            .WithSemicolonToken(((ExpressionStatementSyntax)statement).SemicolonToken);
        return new SourceEdit(occurrence.Document.Id, [((SyntaxNode)statement, kept)]);
    }

    private static SourceEdit? AsGuard(PairedSection section, Occurrence occurrence, CancellationToken cancellationToken)
    {
        // A guard cannot be kept over an await.
        if (section.Taken.AsGuard is not { } guard || section.Statements.Any(one => one.DescendantNodes().Any(node => node is AwaitExpressionSyntax)) || section.Statements.Count == 0 || !section.Begin.StartsLine() || !section.Statements.All(one => one.StartsLine() && one.EndsLine())
            || section.Early.Append(section.End).Any(release => release is not null && HasComment(release))
            || !AreFlagsOfTheSectionOnly(section))
        {
            return null;
        }

        StatementSyntax last = section.End ?? section.Statements[section.Statements.Count - 1];
        return SectionBody.Of(
            section.Statements,
            $"{section.Taken.Lock}.{guard.Name}()",
            occurrence,
            cancellationToken,
            section.Begin.GetLeadingTrivia(),
            last,
            one => section.Early.Contains(one) ? null : one.RemoveNodes(section.Early.Where(one.Contains), SyntaxRemoveOptions.KeepNoTrivia)) is not { } body
            ? null
            : new SourceEdit(occurrence.Document.Id,
            [
                new SourceChange(section.Begin, body),
                .. section.Statements.Select(one => new SourceChange(one, [])),
                .. section.End is { } end ? (SourceChange[])[new SourceChange(end, [])] : [],
            ]);
    }

    // The flags go with the pair, so nobody else may use them.
    private static bool AreFlagsOfTheSectionOnly(PairedSection section) => section.Flags is not { } flags || section.Begin.Parent!.DescendantNodes().OfType<IdentifierNameSyntax>()
        .Where(name => name.Identifier.ValueText == flags.Identifier.ValueText)
        .All(name => section.Early.Append(section.End).Any(release => release is not null && release.Contains(name)));

    private static bool HasComment(SyntaxNode node) => node.GetLeadingTrivia().Concat(node.GetTrailingTrivia()).Any(trivia => !(trivia.RawKind is (int)SyntaxKind.WhitespaceTrivia or (int)SyntaxKind.EndOfLineTrivia));

    // What is returned is looked at after the release.
    private static bool NeedsNoLock(StatementSyntax exit, SemanticModel model, CancellationToken cancellationToken) => exit is not ReturnStatementSyntax { Expression: { } value } || IsOwn(value, model, cancellationToken);

    private static bool IsOwn(ExpressionSyntax value, SemanticModel model, CancellationToken cancellationToken) => model.GetConstantValue(value, cancellationToken).HasValue || value switch
    {
        IdentifierNameSyntax name => model.GetSymbolInfo(name, cancellationToken).Symbol is ILocalSymbol { IsRef: false } or IParameterSymbol { RefKind: RefKind.None },
        PrefixUnaryExpressionSyntax unary => IsOwn(unary.Operand, model, cancellationToken),
        BinaryExpressionSyntax binary => IsOwn(binary.Left, model, cancellationToken) && IsOwn(binary.Right, model, cancellationToken),
        ParenthesizedExpressionSyntax inner => IsOwn(inner.Expression, model, cancellationToken),
        _ => false,
    };

    private static IReadOnlyList<SyntaxNode> Released(StatementSyntax exit, InvocationExpressionSyntax release, SyntaxTrivia lineEnd)
    {
        StatementSyntax Releasing(SyntaxTriviaList above) => SyntaxFactory.ExpressionStatement(release.WithoutTrivia()).WithSemicolonToken(SyntaxFactory.Token(SyntaxKind.SemicolonToken)).WithLeadingTrivia(above).WithTrailingTrivia(lineEnd);
        if (exit.Parent is BlockSyntax or SwitchSectionSyntax)
        {
            return [Releasing(exit.GetLeadingTrivia()), exit.WithLeadingTrivia(exit.Indentation())];
        }

        // The only statement of an if gets a block.
        string indentation = exit.Parent!.LineIndentation();
        return [SectionBody.Block([Releasing(exit.GetLeadingTrivia()), exit.WithLeadingTrivia(exit.Indentation())], indentation, lineEnd)];
    }
}
