using System.Collections.Generic;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>Removes the statement that is the superfluous barrier, with the comment above it. Not where it is all that an <c>if</c> does.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0316RemoveIsbFix)), Shared]
public sealed class IRQ0316RemoveIsbFix() : EditingFix<Replacement>("IRQ0316")
{
    /// <inheritdoc/>
    protected override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(
        occurrence.Invocation is { Parent: ExpressionStatementSyntax { Parent: BlockSyntax or SwitchSectionSyntax } statement } && !statement.IsPartedByDirective() && !statement.ContainsDirectives
            ? new Replacement(occurrence.Document.Id, statement, statement)
            : null);

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken)
    {
        foreach (Replacement edit in edits)
        {
            (await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false)).RemoveNode(edit.Old, SyntaxRemoveOptions.KeepNoTrivia);
        }
    }
}
