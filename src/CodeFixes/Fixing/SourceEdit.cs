using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>A node, and what takes its place: one node, several statements, or nothing.</summary>
/// <param name="Old">The node.</param>
/// <param name="New">What takes its place.</param>
public sealed record SourceChange(SyntaxNode Old, IReadOnlyList<SyntaxNode> New);

/// <summary>Several changes of one document that belong together. Two edits that change the same node first are equal: several findings may ask for one edit.</summary>
/// <param name="document">The document.</param>
/// <param name="changes">The changes; the first is the one that was asked for.</param>
public sealed class SourceEdit(DocumentId document, IReadOnlyList<SourceChange> changes) : IEquatable<SourceEdit>
{
    /// <summary>Of nodes that are replaced by one node each.</summary>
    internal SourceEdit(DocumentId document, IReadOnlyList<(SyntaxNode Old, SyntaxNode New)> changes)
        : this(document, [.. changes.Select(change => new SourceChange(change.Old, [change.New]))])
    {
    }

    private SyntaxNode Asked => Changes[0].Old;

    private DocumentId Document { get; } = document;

    private IReadOnlyList<SourceChange> Changes { get; } = changes;

    /// <inheritdoc/>
    public bool Equals(SourceEdit? other) => other is not null && Document == other.Document && Asked == other.Asked;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SourceEdit);

    /// <inheritdoc/>
    public override int GetHashCode() => Asked.GetHashCode();

    /// <summary>Makes the edits. One that changes what an earlier one changed is left for the next time.</summary>
    internal static async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<SourceEdit> edits, CancellationToken cancellationToken)
    {
        var changed = new List<(DocumentId Document, TextSpan Span)>();
        foreach (SourceEdit edit in edits)
        {
            if (edit.Changes.Any(change => changed.Exists(one => one.Document == edit.Document && one.Span.OverlapsWith(change.Old.Span))))
            {
                continue;
            }

            changed.AddRange(edit.Changes.Select(change => (edit.Document, change.Old.Span)));
            edit.Make(await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false));
        }
    }

    private void Make(DocumentEditor editor)
    {
        foreach (SourceChange change in Changes)
        {
            if (change.New.Count == 0)
            {
                editor.RemoveNode(change.Old, SyntaxRemoveOptions.KeepNoTrivia);
                continue;
            }

            if (change.New.Count > 1)
            {
                editor.InsertBefore(change.Old, change.New.Take(change.New.Count - 1));
            }

            editor.ReplaceNode(change.Old, change.New[change.New.Count - 1]);
        }
    }
}

/// <summary>A fix that changes the source around each occurrence.</summary>
public abstract class SourceFix : EditingFix<SourceEdit>
{
    /// <summary>The fix of the rule with this ID.</summary>
    protected SourceFix(string ruleId)
        : base(ruleId)
    {
    }

    /// <inheritdoc/>
    protected sealed override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<SourceEdit> edits, CancellationToken cancellationToken) =>
        SourceEdit.ApplyAsync(editor, edits, cancellationToken);

    /// <inheritdoc/>
    protected sealed override Task<SourceEdit?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected sealed override Task<SourceEdit?> FindOtherEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindOtherEdit(occurrence, cancellationToken));

    /// <summary>What the occurrence asks for, or null when no edit is certain to be right.</summary>
    protected abstract SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken);

    /// <summary>The same for the rule's other fix, where it has one.</summary>
    protected virtual SourceEdit? FindOtherEdit(Occurrence occurrence, CancellationToken cancellationToken) => null;
}
