using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes.Orders;

/// <summary>Adds the step that is missing. Which operation is the step is read from contracts.</summary>
public abstract class InsertStepFix : EditingFix<StepInsertion>
{
    /// <summary>The fix of the rule with this ID.</summary>
    protected InsertStepFix(string ruleId)
        : base(ruleId)
    {
    }

    /// <inheritdoc/>
    protected sealed override Task<StepInsertion?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(StepInsertion.Find(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected sealed override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<StepInsertion> edits, CancellationToken cancellationToken) =>
        StepInsertion.ApplyAsync(editor, edits, cancellationToken);
}
