using System.Composition;
using System.Threading;
using IrqSafety.Analyzers.Judging;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.CodeFixes.Locks;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Releases the lock in the flavour it was taken in, with the flags that taking it returned; where interrupts are off outside, takes it with the flavour
/// that saves them. Not offered when two locks' flags were exchanged, since which of the two releases comes first is then not known.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0106UseMatchingFlavourFix)), Shared]
public sealed class IRQ0106UseMatchingFlavourFix() : SourceFix("IRQ0106")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        if (occurrence.Invocation is not { } call || LockCall.Of(call, occurrence.Model, cancellationToken) is not { } guilty)
        {
            return null;
        }

        InvocationExpressionSyntax? taken = occurrence.CallAt(FixProperties.TakenAt);
        switch (occurrence.Property(FixProperties.Flavour))
        {
            case nameof(FlavourFault.InnerStep) when guilty.Whole is { } whole:
                return new SourceEdit(occurrence.Document.Id, [(call, MatchingRelease.Calling(call, whole, call.ArgumentList))]);
            case nameof(FlavourFault.UnmasksOutside):
                return SavingSection.From(guilty.Takes ? call : taken ?? call, occurrence, cancellationToken);
            case nameof(FlavourFault.DropsSaved) or nameof(FlavourFault.UnmasksUntaken) or nameof(FlavourFault.LeavesMasked)
                when taken is not null && LockCall.Of(taken, occurrence.Model, cancellationToken) is { Takes: true } taking && taking.Lock == guilty.Lock:
                return MatchingRelease.Of(taking, guilty, occurrence, cancellationToken);
            default:
                return null;
        }
    }
}
