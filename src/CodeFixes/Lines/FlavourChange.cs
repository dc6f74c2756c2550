using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Lines;

/// <summary>A call on an interrupt line that becomes the call of the line's flavour.</summary>
/// <param name="Document">The document it is in.</param>
/// <param name="Call">The call.</param>
/// <param name="Instead">The call of the line's flavour.</param>
public sealed record FlavourChange(DocumentId Document, InvocationExpressionSyntax Call, InvocationExpressionSyntax Instead)
{
    /// <summary>The call that must succeed before, or null.</summary>
    public InvocationExpressionSyntax? Preparation { get; init; }

    /// <summary>What that returns when it succeeds.</summary>
    public IFieldSymbol? Success { get; init; }

    /// <summary>The call that follows, or null.</summary>
    public InvocationExpressionSyntax? TearDown { get; init; }

    /// <inheritdoc/>
    public bool Equals(FlavourChange? other) => other is not null && Document == other.Document && Call == other.Call;

    /// <inheritdoc/>
    public override int GetHashCode() => Call.GetHashCode();

    /// <summary>Writes it.</summary>
    internal void Make(DocumentEditor editor)
    {
        if (Call.Parent is not ExpressionStatementSyntax statement || (Preparation is null && TearDown is null))
        {
            editor.ReplaceNode(Call.CalledName()!, Instead.CalledName()!.WithTriviaFrom(Call.CalledName()!));
            return;
        }

        var sequence = new CallSequence(statement, editor.OriginalRoot.LineEnd());
        if (Preparation is not null)
        {
            editor.ReplaceNode(statement, sequence.WhenSucceeds(Preparation, Success!, Instead));
        }
        else
        {
            sequence.Both(editor, Instead, TearDown!);
        }
    }
}
