using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Waits by the operation that opens the priority mask while DAIF masks: <c>cpu_do_idle</c> for <c>wfi</c>. Not offered in a handler, which must not idle.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0307WaitWithMaskOpenFix)), Shared]
public sealed class IRQ0307WaitWithMaskOpenFix() : EditingFix<Replacement>("IRQ0307")
{
    /// <inheritdoc/>
    protected override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(
        occurrence.Invocation is { } call
        && occurrence.Property(FixProperties.Alternative) is { } name
        && occurrence.Model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method
        && method.Alternatives(name).FirstOrDefault() is { } alternative
            ? RenamedCall.InPlace(alternative, call, occurrence)
            : null);

    /// <inheritdoc/>
    protected override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken) =>
        Replacement.ApplyAsync(editor, edits, cancellationToken);
}
