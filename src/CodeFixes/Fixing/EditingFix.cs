using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>
/// A fix in two steps: each occurrence is first looked at by itself, in the program as it stands, and gives an edit or none; the edits are
/// then made together. So that the names and members that one adds are known to the next, and fixing everything is the same as fixing one.
/// </summary>
/// <typeparam name="TEdit">What one occurrence asks for. Edits that are equal are made once.</typeparam>
public abstract class EditingFix<TEdit> : RuleFix
    where TEdit : class
{
    /// <summary>The fix of the rule with this ID.</summary>
    protected EditingFix(string ruleId)
        : base(ruleId)
    {
    }

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Document document = context.Document;
        if (await document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root ||
            await document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false) is not { } model)
        {
            return;
        }

        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            var occurrence = new Occurrence(document, root, model, diagnostic);
            foreach (string title in Titles)
            {
                if (await FindAsync(occurrence, title, context.CancellationToken).ConfigureAwait(false) is { } edit)
                {
                    context.RegisterCodeFix(
                        CodeAction.Create(title, cancellationToken => MakeAsync(document.Project.Solution, [edit], cancellationToken), equivalenceKey: KeyOf(title)),
                        diagnostic);
                }
            }
        }
    }

    /// <summary>What the occurrence asks for, or null when no edit is certain to be right.</summary>
    protected abstract Task<TEdit?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken);

    /// <summary>The same for the rule's other fix, where it has one.</summary>
    protected virtual Task<TEdit?> FindOtherEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult<TEdit?>(null);

    /// <summary>Makes the edits. They are in the order of the code, and no two are equal.</summary>
    protected abstract Task ApplyAsync(SolutionEditor editor, IReadOnlyList<TEdit> edits, CancellationToken cancellationToken);

    internal sealed override async Task<Solution?> FixAsync(Solution solution, IReadOnlyList<Occurrence> occurrences, string title, CancellationToken cancellationToken)
    {
        var edits = new List<TEdit>();
        foreach (Occurrence occurrence in occurrences)
        {
            if (await FindAsync(occurrence, title, cancellationToken).ConfigureAwait(false) is { } edit)
            {
                edits.Add(edit);
            }
        }

        return edits.Count == 0 ? null : await MakeAsync(solution, edits.Distinct().ToList(), cancellationToken).ConfigureAwait(false);
    }

    private Task<TEdit?> FindAsync(Occurrence occurrence, string title, CancellationToken cancellationToken) =>
        title == Title ? FindEditAsync(occurrence, cancellationToken) : FindOtherEditAsync(occurrence, cancellationToken);

    private async Task<Solution> MakeAsync(Solution solution, IReadOnlyList<TEdit> edits, CancellationToken cancellationToken)
    {
        var editor = new SolutionEditor(solution);
        await ApplyAsync(editor, edits, cancellationToken).ConfigureAwait(false);
        return await FinishAsync(editor.GetChangedSolution(), solution, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<Solution> FinishAsync(Solution changed, Solution original, CancellationToken cancellationToken)
    {
        foreach (DocumentId id in changed.GetChanges(original).GetProjectChanges().SelectMany(project => project.GetChangedDocuments()).ToList())
        {
            Document document = changed.GetDocument(id)!;
            if (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false) is CompilationUnitSyntax root &&
                await document.GetSemanticModelAsync(cancellationToken).ConfigureAwait(false) is { } model)
            {
                changed = changed.WithDocumentSyntaxRoot(id, Imports.Shortened(root, model).LaidOut());
            }
        }

        return changed;
    }
}
