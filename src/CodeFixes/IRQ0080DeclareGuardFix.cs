using System.Composition;
using System.Threading;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes;

/// <summary>Declares which lock guards the field. Not offered where several fields share one declaration.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0080DeclareGuardFix)), Shared]
public sealed class IRQ0080DeclareGuardFix() : SourceFix("IRQ0080")
{
    /// <inheritdoc/>
    protected override SourceEdit? FindEdit(Occurrence occurrence, CancellationToken cancellationToken) =>
        occurrence.Property(FixProperties.Lock) is { } @lock
        && occurrence.Node.FirstAncestorOrSelf<FieldDeclarationSyntax>() is { Declaration.Variables.Count: 1 } field
        && Attributes.Find<GuardedByAttribute>(occurrence.Model.Compilation) is { } attribute
            ? new SourceEdit(occurrence.Document.Id, [((SyntaxNode)field, Attributes.Before(field, Attributes.Of(attribute, [Attributes.Text(@lock)])))])
            : null;
}
