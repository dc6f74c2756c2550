using System;
using System.Collections.Generic;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A section that is taken or released in another flavour: every node that changes, with what takes its place.</summary>
/// <param name="document">The document it is in.</param>
/// <param name="changes">The changes; the first is the call that asked for them.</param>
public sealed class FlavourEdit(DocumentId document, IReadOnlyList<(SyntaxNode Old, SyntaxNode New)> changes) : IEquatable<FlavourEdit>
{
    /// <summary>The document it is in.</summary>
    public DocumentId Document { get; } = document;

    /// <inheritdoc/>
    public bool Equals(FlavourEdit? other) => other is not null && Document == other.Document && changes[0].Old == other.Asked;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as FlavourEdit);

    /// <inheritdoc/>
    public override int GetHashCode() => Asked.GetHashCode();

    private SyntaxNode Asked => changes[0].Old;

    /// <summary>Writes it.</summary>
    internal void Make(DocumentEditor editor)
    {
        foreach ((SyntaxNode old, SyntaxNode replacement) in changes)
        {
            editor.ReplaceNode(old, replacement);
        }
    }
}
