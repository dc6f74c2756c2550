using System.Composition;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Takes the lock with interrupts off and puts them back as they were: right whatever the callers have masked. Not offered where a pair does not
/// end in the block it begins in, where the lock's type has no such flavour, or where the code needs interrupts on.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0107SaveInterruptsFix)), Shared]
public sealed class IRQ0107SaveInterruptsFix() : SourceFix("IRQ0107")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken) =>
        occurrence.Invocation is { } call ? SavingSection.From(call, occurrence, cancellationToken) : null;
}
