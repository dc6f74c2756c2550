using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Masking;

/// <summary>A section that saves and restores a mask: the changes that make it one.</summary>
/// <param name="document">The document it is in.</param>
/// <param name="section">The statement or call that the section begins with: two edits of one section are equal.</param>
/// <param name="changes">The changes.</param>
public sealed class MaskEdit(DocumentId document, SyntaxNode section, IReadOnlyList<Action<SyntaxEditor>> changes) : IEquatable<MaskEdit>
{
    /// <summary>The document it is in.</summary>
    public DocumentId Document { get; } = document;

    private SyntaxNode Section { get; } = section;

    /// <inheritdoc/>
    public bool Equals(MaskEdit? other) => other is not null && Document == other.Document && Section == other.Section;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as MaskEdit);

    /// <inheritdoc/>
    public override int GetHashCode() => Section.GetHashCode();

    /// <summary>Writes it.</summary>
    internal void Make(SyntaxEditor editor)
    {
        foreach (Action<SyntaxEditor> change in changes)
        {
            change(editor);
        }
    }
}
