using System.Collections.Generic;
using System.Composition;
using System.Linq;
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
/// Calls the operation of the flavour that the line was requested with, and the step before or after it that only this flavour has: an NMI is
/// prepared before it is enabled, and torn down after it is disabled where it was set up in the same way. Not offered when there is no such
/// operation, or when it would be out of order.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0206UseLineFlavourFix)), Shared]
public sealed class IRQ0206UseLineFlavourFix() : EditingFix<FlavourChange>("IRQ0206")
{
    /// <inheritdoc/>
    protected override Task<FlavourChange?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override async Task ApplyAsync(SolutionEditor editor, IReadOnlyList<FlavourChange> edits, CancellationToken cancellationToken)
    {
        foreach (FlavourChange edit in edits)
        {
            edit.Make(await editor.GetDocumentEditorAsync(edit.Document, cancellationToken).ConfigureAwait(false));
        }
    }

    private static FlavourChange? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (LineOperation.At(occurrence, cancellationToken) is not { } operation ||
            operation.Counterpart() is not { } counterpart ||
            operation.MethodOf(counterpart) is not { } method ||
            RenamedCall.To(method, operation.Call, occurrence.Model) is not { } call)
        {
            return null;
        }

        bool isStatement = operation.Call.Parent is ExpressionStatementSyntax;
        if (!isStatement && !SymbolEqualityComparer.Default.Equals(method.ReturnType, operation.Method.ReturnType))
        {
            return null;
        }

        var change = new FlavourChange(occurrence.Document.Id, operation.Call, call);
        bool repeatable = isStatement && RepeatableArguments.AreIn(operation.Call, occurrence.Model, cancellationToken);
        if (!operation.IsLegal(counterpart, operation.State))
        {
            return repeatable &&
                operation.PreparationOf(counterpart) is { } preparation &&
                operation.MethodOf(preparation) is { } prepare &&
                CallSequence.SuccessOf(prepare.ReturnType) is { } success &&
                RenamedCall.To(prepare, operation.Call, occurrence.Model) is { } first
                ? change with { Preparation = first, Success = success }
                : null;
        }

        if (repeatable &&
            operation.UndoAfter(counterpart, operation.State) is var (undo, undone) &&
            LineUse.Of(operation, occurrence, cancellationToken).AlwaysPairs(undone, undo, operation.State) &&
            RenamedCall.To(operation.MethodOf(undo)!, operation.Call, occurrence.Model) is { } last)
        {
            return change with { TearDown = last };
        }

        return change;
    }
}
