using System.Composition;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Releases as a reader what was taken as a reader, and as a writer what was taken as a writer. Where a lock is not held at all nothing is offered: whether
/// the release is wrong or an acquire is missing is not known.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0105ReleaseAsTakenFix)), Shared]
public sealed class IRQ0105ReleaseAsTakenFix() : SourceFix("IRQ0105")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken) =>
        occurrence.Invocation is { } call && LockCall.Of(call, occurrence.Model, cancellationToken) is { Takes: false } guilty
        && occurrence.CallAt(FixProperties.TakenAt) is { } taken && LockCall.Of(taken, occurrence.Model, cancellationToken) is { Takes: true } taking && taking.Lock == guilty.Lock
            ? MatchingRelease.Of(taking, guilty, occurrence, cancellationToken)
            : null;
}
