using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>A node that another takes the place of. Two that replace the same node are equal: several findings may ask for one change.</summary>
/// <param name="document">The document it is in.</param>
/// <param name="old">The node to replace.</param>
/// <param name="replacement">What to put there.</param>
public sealed class Replacement(DocumentId document, SyntaxNode old, SyntaxNode replacement) : System.IEquatable<Replacement>
{
    /// <inheritdoc/>
    public bool Equals(Replacement? other) => other is not null && Document == other.Document && Old == other.Old;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Replacement);

    /// <inheritdoc/>
    public override int GetHashCode() => Old.GetHashCode();

    /// <summary>Makes the replacements.</summary>
    internal static async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken)
    {
        foreach (Replacement edit in edits)
        {
            (await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false)).ReplaceNode(edit.Old, edit.New);
        }
    }

    internal DocumentId Document { get; } = document;

    internal SyntaxNode Old { get; } = old;

    private SyntaxNode New { get; } = replacement;
}
