using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Calls the operation's declared alternative that never waits: <c>printk_deferred</c> for <c>printk</c>. Not offered when the operation
/// names none, or when the call would not mean the alternative.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0201UseNmiSafeAlternativeFix)), Shared]
public sealed class IRQ0201UseNmiSafeAlternativeFix() : EditingFix<Replacement>("IRQ0201")
{
    /// <inheritdoc/>
    protected override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(
        occurrence.Invocation is { } call &&
        occurrence.Model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method &&
        AlternativeTo(method, occurrence.Contracts(cancellationToken)) is { } alternative
            ? RenamedCall.InPlace(alternative, call, occurrence)
            : null);

    /// <inheritdoc/>
    protected override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken) =>
        Replacement.ApplyAsync(editor, edits, cancellationToken);

    private static IMethodSymbol? AlternativeTo(IMethodSymbol method, ContractReader contracts) =>
        contracts.Of(method).NmiSafeAlternative is { } name
            ? method.Alternatives(name).FirstOrDefault(candidate => contracts.Of(candidate).NmiSafe)
            : null;
}
