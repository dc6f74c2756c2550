using System.Composition;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Takes the lock that is required in a guard around the call, in the flavour that its other uses ask for; or declares that the caller holds it. Not
/// offered where it is held as a reader, where what would stand under the lock waits or takes locks, or where the lock cannot be named.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0114TakeLockFix)), Shared]
public sealed class IRQ0114TakeLockFix() : SourceFix("IRQ0114")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken) => MissingLock.Taken(occurrence, cancellationToken);

    /// <inheritdoc/>
    protected override SourceEdit? FindOtherEdit(Occurrence occurrence, CancellationToken cancellationToken) => MissingLock.Declared(occurrence, cancellationToken);
}
