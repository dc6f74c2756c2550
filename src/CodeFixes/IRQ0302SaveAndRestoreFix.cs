using System;
using System.Collections.Generic;
using System.Composition;
using System.Globalization;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Judging;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Masking;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Saves the mask instead of closing it, and restores it instead of opening it; where it was saved, restores that. Not offered where the member masks more
/// than once, or where the section does not end in the block it begins in.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0302SaveAndRestoreFix)), Shared]
public sealed class IRQ0302SaveAndRestoreFix() : EditingFix<MaskEdit>("IRQ0302")
{
    private const string Flags = "flags";

    /// <inheritdoc/>
    protected override Task<MaskEdit?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken)
    {
        var masks = new MaskCalls(occurrence.Contracts(cancellationToken), occurrence.Model, cancellationToken);
        return Task.FromResult(occurrence.Invocation is { } enable && masks.Of(enable) is { Method: { } enabling }
            ? occurrence.Property(FixProperties.Flavour) switch
            {
                nameof(MaskFault.DropsSaved) => RestoreSaved(enable, masks, occurrence),
                nameof(MaskFault.UnmasksOutside) or nameof(MaskFault.BreaksPromise) => SaveInstead(enable, enabling, masks, occurrence),
                _ => null,
            }
            : null);
    }

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<MaskEdit> edits, CancellationToken cancellationToken)
    {
        foreach (MaskEdit edit in edits)
        {
            edit.Make(await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false));
        }
    }

    private static MaskEdit? RestoreSaved(InvocationExpressionSyntax enable, MaskCalls masks, Occurrence occurrence)
    {
        if (!int.TryParse(occurrence.Property(FixProperties.TakenAt), NumberStyles.Integer, CultureInfo.InvariantCulture, out int start)
            || occurrence.Root.FindToken(start).Parent?.AncestorsAndSelf().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => call.SpanStart == start) is not { } save
            || masks.Of(save) is not { Method: { } saving } || masks.RestoreOf(saving) is not { } restore || masks.VariableOf(save) is not { } flags
            || MemberOf(enable) is not { } member || member != MemberOf(save) || masks.RestoresOf(flags, member).Any()
            || !occurrence.Model.LookupSymbols(enable.SpanStart, name: flags.Name).Contains(flags, SymbolEqualityComparer.Default))
        {
            return null;
        }

        InvocationExpressionSyntax restored = MaskCalls.Calling(save, restore, flags.Name).WithTriviaFrom(enable);
        return new MaskEdit(occurrence.Document.Id, enable, [editor => editor.ReplaceNode(enable, restored)]);
    }

    private static MaskEdit? SaveInstead(InvocationExpressionSyntax enable, IMethodSymbol enabling, MaskCalls masks, Occurrence occurrence)
    {
        if (masks.SaveFor(enabling) is not { ReturnType: INamedTypeSymbol type } save || masks.RestoreOf(save) is not { } restore || MemberOf(enable) is not { } member)
        {
            return null;
        }

        Mask mask = MaskCalls.Changed(masks.Of(enable)!.Value.Contract, masked: false);
        List<(InvocationExpressionSyntax Call, OperationContract Contract)> changes =
        [
            .. member.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => (call, masks.Of(call)?.Contract)).Where(one => one.Item2 is { } contract
                && ((contract.SavesMask | contract.RestoresMask | MaskCalls.Changed(contract, masked: true) | MaskCalls.Changed(contract, masked: false)) & mask) != 0).Select(one => (one.call, one.Item2!)),
        ];
        List<InvocationExpressionSyntax> closing = [.. changes.Where(one => (MaskCalls.Changed(one.Contract, masked: true) & mask) != 0).Select(one => one.Call)];
        List<InvocationExpressionSyntax> opening = [.. changes.Where(one => (MaskCalls.Changed(one.Contract, masked: false) & mask) != 0).Select(one => one.Call)];
        if (closing.Count != 1 || closing[0] is not { Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } statement } close || opening.Count + 1 != changes.Count
            || changes.Any(one => (one.Contract.SavesMask | one.Contract.RestoresMask) != Mask.None || MemberOf(one.Call) != member)
            || !opening.TrueForAll(call => block.Contains(call) && call.SpanStart > close.SpanStart)
            || member.DescendantTokens().Any(token => token.IsKind(SyntaxKind.IdentifierToken) && token.ValueText == Flags))
        {
            return null;
        }

        InvocationExpressionSyntax saving = MaskCalls.Calling(close, save).WithoutTrivia();
        VariableDeclaratorSyntax variable = SyntaxFactory.VariableDeclarator(SyntaxFactory.Identifier(Flags).WithTrailingTrivia(SyntaxFactory.Space))
            .WithInitializer(SyntaxFactory.EqualsValueClause(SyntaxFactory.Token(SyntaxKind.EqualsToken).WithTrailingTrivia(SyntaxFactory.Space), saving));
        LocalDeclarationStatementSyntax declaration = SyntaxFactory.LocalDeclarationStatement(
                SyntaxFactory.VariableDeclaration(Imports.Type(type).WithTrailingTrivia(SyntaxFactory.Space), SyntaxFactory.SingletonSeparatedList(variable)))
            .WithSemicolonToken(statement.SemicolonToken)
            .WithLeadingTrivia(statement.GetLeadingTrivia());
        return new MaskEdit(
            occurrence.Document.Id,
            statement,
            [
                editor => editor.ReplaceNode(statement, declaration),
                .. opening.Select(call => (Action<SyntaxEditor>)(editor => editor.ReplaceNode(call, MaskCalls.Calling(call, restore, Flags)))),
            ]);
    }

    private static SyntaxNode? MemberOf(SyntaxNode node) => node.Ancestors().FirstOrDefault(one => one is BaseMethodDeclarationSyntax or AccessorDeclarationSyntax or AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax or PropertyDeclarationSyntax);
}
