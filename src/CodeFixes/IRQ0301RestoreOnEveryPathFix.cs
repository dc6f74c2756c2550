using System;
using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Judging;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Masking;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Restores the saved mask before each return that leaves it closed, and at the end of the block it is saved in. Not offered where what is returned is worked
/// out in the section, where a loop or jump leaves it, or where it is restored on a condition: what is meant there is not known.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0301RestoreOnEveryPathFix)), Shared]
public sealed class IRQ0301RestoreOnEveryPathFix() : EditingFix<MaskEdit>("IRQ0301")
{
    /// <inheritdoc/>
    protected override Task<MaskEdit?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<MaskEdit> edits, CancellationToken cancellationToken)
    {
        foreach (MaskEdit edit in edits)
        {
            edit.Make(await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false));
        }
    }

    private static MaskEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        SemanticModel model = occurrence.Model;
        var masks = new MaskCalls(occurrence.Contracts(cancellationToken), model, cancellationToken);
        if (occurrence.Property(FixProperties.Flavour) != nameof(MaskFault.NotRestored)
            || occurrence.Invocation is not { } save || masks.Of(save) is not { Method: { } saving } || masks.RestoreOf(saving) is not { } restore
            || masks.VariableOf(save) is not { } flags
            || save.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is not { Parent: BlockSyntax block } declaration)
        {
            return null;
        }

        List<StatementSyntax> section = [.. block.Statements.SkipWhile(statement => statement != declaration).Skip(1)];
        List<StatementSyntax> restores = [.. masks.RestoresOf(flags, block).Select(call => call.Parent).OfType<ExpressionStatementSyntax>()];
        IReadOnlyList<StatementSyntax> returns = [];
        bool falls = true;
        if (section.Count > 0)
        {
            if (model.AnalyzeControlFlow(section[0], section[section.Count - 1]) is not { Succeeded: true } flow || flow.ExitPoints.Any(exit => exit is not ReturnStatementSyntax))
            {
                return null;
            }

            returns = [.. flow.ExitPoints.OfType<ReturnStatementSyntax>()];
            falls = flow.EndPointIsReachable;
        }

        InvocationExpressionSyntax call = MaskCalls.Calling(save, restore, flags.Name).WithoutTrivia();
        var changes = new List<Action<SyntaxEditor>>();
        SyntaxTrivia lineEnd = occurrence.Root.LineEnd();
        foreach (StatementSyntax left in returns)
        {
            switch (IsRestored(left, restores, model))
            {
                case null:
                    return null;
                case false when !IsPlain(((ReturnStatementSyntax)left).Expression, model, cancellationToken) || Before(left, call, lineEnd) is not { } change:
                    return null;
                case false:
                    changes.Add(Before(left, call, lineEnd)!);
                    break;
            }
        }

        if (falls)
        {
            StatementSyntax last = section.Count > 0 ? section[section.Count - 1] : declaration;
            switch (last == declaration ? false : IsRestored(block, last, restores, model))
            {
                case null:
                    return null;
                case false:
                    changes.Add(editor => editor.InsertAfter(last, Statement(call, last.LineIndentation(), lineEnd)));
                    break;
            }
        }

        return changes.Count == 0 ? null : new MaskEdit(occurrence.Document.Id, declaration, changes);
    }

    // Null where a restore stands before it that may or may not have been executed.
    private static bool? IsRestored(StatementSyntax exit, List<StatementSyntax> restores, SemanticModel model) => Judge(
        [.. restores.Where(restore => restore.SpanStart < exit.SpanStart)],
        restore => restore.Parent!.Contains(exit),
        model);

    private static bool? IsRestored(BlockSyntax block, StatementSyntax last, List<StatementSyntax> restores, SemanticModel model) => Judge(
        [.. restores.Where(restore => restore.SpanStart <= last.Span.End)],
        restore => restore.Parent == block,
        model);

    private static bool? Judge(IReadOnlyList<StatementSyntax> before, Func<StatementSyntax, bool> isOnTheWay, SemanticModel model)
    {
        if (before.Any(isOnTheWay))
        {
            return true;
        }

        // One on a branch that leaves by itself says nothing about the others.
        return before.All(restore => restore.Parent is BlockSyntax branch && model.AnalyzeControlFlow(branch.Statements.First(), branch.Statements.Last()) is { Succeeded: true, EndPointIsReachable: false }) ? false : null;
    }

    // Evaluated after the restore it would not be what it is in the section.
    private static bool IsPlain(ExpressionSyntax? returned, SemanticModel model, CancellationToken cancellationToken) =>
        returned is null || model.GetConstantValue(returned, cancellationToken).HasValue || returned is LiteralExpressionSyntax
        || (returned is IdentifierNameSyntax && model.GetSymbolInfo(returned, cancellationToken).Symbol is ILocalSymbol or IParameterSymbol { RefKind: RefKind.None });

    private static Action<SyntaxEditor>? Before(StatementSyntax exit, InvocationExpressionSyntax call, SyntaxTrivia lineEnd)
    {
        if (!exit.StartsLine() || exit.IsPartedByDirective())
        {
            return null;
        }

        string indentation = exit.LineIndentation();
        SyntaxTriviaList own = SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(indentation));
        if (exit.Parent is BlockSyntax or SwitchSectionSyntax)
        {
            return editor =>
            {
                editor.InsertBefore(exit, Statement(call, indentation, lineEnd).WithLeadingTrivia(exit.GetLeadingTrivia()));
                editor.ReplaceNode(exit, exit.WithLeadingTrivia(own));
            };
        }

        string outer = exit.Parent!.LineIndentation();
        SyntaxTriviaList outside = SyntaxFactory.TriviaList(SyntaxFactory.Whitespace(outer));
        BlockSyntax block = SyntaxFactory.Block(
            SyntaxFactory.Token(SyntaxKind.OpenBraceToken).WithLeadingTrivia(outside).WithTrailingTrivia(lineEnd),
            SyntaxFactory.List([Statement(call, indentation, lineEnd), exit.WithLeadingTrivia(own)]),
            SyntaxFactory.Token(SyntaxKind.CloseBraceToken).WithLeadingTrivia(outside).WithTrailingTrivia(lineEnd));
        return editor => editor.ReplaceNode(exit, block);
    }

    private static ExpressionStatementSyntax Statement(InvocationExpressionSyntax call, string indentation, SyntaxTrivia lineEnd) =>
        SyntaxFactory.ExpressionStatement(call, SyntaxFactory.Token(SyntaxKind.SemicolonToken))
            .WithLeadingTrivia(SyntaxFactory.Whitespace(indentation))
            .WithTrailingTrivia(lineEnd);
}
