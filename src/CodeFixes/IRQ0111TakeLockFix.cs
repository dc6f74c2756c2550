using System.Composition;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Takes the lock of the data in a guard around the access, in the flavour that its other uses ask for; or declares that the caller holds it. Not
/// offered where another object's lock or a reader's is held, where what would stand under the lock waits or takes locks, or where the lock cannot be named.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0111TakeLockFix)), Shared]
public sealed class IRQ0111TakeLockFix() : SourceFix("IRQ0111")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken) => MissingLock.Taken(occurrence, cancellationToken);

    /// <inheritdoc/>
    protected override SourceEdit? FindOtherEdit(Occurrence occurrence, CancellationToken cancellationToken) => MissingLock.Declared(occurrence, cancellationToken);
}
