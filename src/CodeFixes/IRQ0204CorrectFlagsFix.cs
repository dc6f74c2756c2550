using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Flags;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Takes the flags that the operation refuses out of the argument and adds those it insists on. Not offered when the flags are not written
/// out at the call, when a refused flag is part of a combined constant, or when something else than a flag is refused.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0204CorrectFlagsFix)), Shared]
public sealed class IRQ0204CorrectFlagsFix() : EditingFix<Replacement>("IRQ0204")
{
    /// <inheritdoc/>
    protected override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) =>
        Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken) =>
        Replacement.ApplyAsync(editor, edits, cancellationToken);

    private static Replacement? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Property(FixProperties.FlagParameter) is not { } parameter ||
            occurrence.Invocation is not { } call ||
            occurrence.Model.GetOperation(call, cancellationToken) is not IInvocationOperation operation ||
            operation.Arguments.FirstOrDefault(one => one.Parameter?.Name == parameter) is not { ArgumentKind: ArgumentKind.Explicit } argument ||
            argument.Syntax.FirstAncestorOrSelf<ArgumentSyntax>() is not { } written)
        {
            return null;
        }

        List<ArgumentConstraint> constraints = [.. occurrence.Contracts(cancellationToken).Of(operation.TargetMethod).Arguments.Where(constraint => constraint.Parameter == parameter)];
        return new FlagExpression(occurrence.Model, constraints, cancellationToken).Corrected(written.Expression) is { } corrected
            ? new Replacement(occurrence.Document.Id, written.Expression, corrected)
            : null;
    }
}
