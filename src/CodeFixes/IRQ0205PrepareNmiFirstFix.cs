using System.Collections.Generic;
using System.Composition;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Lines;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Prepares the NMI on this CPU and enables it only when that succeeded. Which call prepares it is read from the protocol's table and the
/// contracts of the same type. Not offered for any other step out of order: what was meant by it is not known.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0205PrepareNmiFirstFix)), Shared]
public sealed class IRQ0205PrepareNmiFirstFix() : EditingFix<Replacement>("IRQ0205")
{
    /// <inheritdoc/>
    protected override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken) =>
        Replacement.ApplyAsync(editor, edits, cancellationToken);

    private static Replacement? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (LineOperation.At(occurrence, cancellationToken) is not { } operation ||
            operation.Call.Parent is not ExpressionStatementSyntax statement ||
            operation.PreparationOf(operation.Event) is not { } preparation ||
            operation.MethodOf(preparation) is not { } prepare ||
            CallSequence.SuccessOf(prepare.ReturnType) is not { } success ||
            !RepeatableArguments.AreIn(operation.Call, occurrence.Model, cancellationToken) ||
            RenamedCall.To(prepare, operation.Call, occurrence.Model) is not { } first)
        {
            return null;
        }

        var sequence = new CallSequence(statement, occurrence.Root.LineEnd());
        return new Replacement(occurrence.Document.Id, statement, sequence.WhenSucceeds(first, success, operation.Call));
    }
}
