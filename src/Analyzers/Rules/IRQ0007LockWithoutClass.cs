using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is created where a run cannot tell its class, or calls it otherwise than the field that it is put into; or that is never created.</summary>
internal sealed class IRQ0007LockWithoutClass() : MadeRule("IRQ0007")
{
    public override void Watch(SymbolStartAnalysisContext context, ContractedCompilation contracts)
    {
        if (EmptyLockFields.Of((INamedTypeSymbol)context.Symbol, contracts, context.CancellationToken) is { } fields)
        {
            context.RegisterOperationAction(operation => fields.Meet((IFieldReferenceOperation)operation.Operation), OperationKind.FieldReference);
            context.RegisterSymbolEndAction(end =>
            {
                foreach (ISymbol field in fields.Found)
                {
                    Report(end, field);
                }
            });
        }
    }

    private void Report(SymbolAnalysisContext context, ISymbol field)
    {
        string id = field.GetDocumentationCommentId() ?? field.Name;
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
            .Add(Fingerprint.LawProperty, LawIds.ContractLockClass)
            .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractLockClass, new Site(id, id, 0)));
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, field.Locations[0], properties, $"No lock is put into {LockPath.DisplayOf(field)}", "whoever takes it fails", $"Create it in the initialiser of '{field.Name}'"));
    }

    public override IEnumerable<ToldFinding> Check(ISymbol member, IOperation made, ContractedCompilation contracts)
    {
        if (made is not IObjectCreationOperation creation || LockCreation.Of(creation, member, contracts) is not { } @lock || !(@lock.HasNone || @lock.Differs))
        {
            yield break;
        }

        var site = new Site(member.GetDocumentationCommentId() ?? member.Name, creation.Constructor!.OriginalDefinition.GetDocumentationCommentId() ?? creation.Constructor.Name, NumberOf(creation));
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
            .Add(Fingerprint.LawProperty, LawIds.ContractLockClass)
            .Add(Fingerprint.SiteProperty, site.ToString())
            .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractLockClass, site, @lock.Place?.GetDocumentationCommentId() ?? ""));
        yield return new ToldFinding(Descriptor, creation.Syntax.GetLocation(), [], properties, [$"The lock created here {Problem(@lock)}", "no rule can tell which others are used like it", Remedy(@lock, member)]);
    }

    private static int NumberOf(IObjectCreationOperation creation)
    {
        IOperation root = creation;
        while (root.Parent is { } parent)
        {
            root = parent;
        }

        return root.Descendants().OfType<IObjectCreationOperation>().Count(other => other.Syntax.SpanStart < creation.Syntax.SpanStart && SymbolEqualityComparer.Default.Equals(other.Constructor?.OriginalDefinition, creation.Constructor!.OriginalDefinition));
    }

    private static string Problem(LockCreation @lock) =>
        @lock.Place is not { } place ? "belongs to no class"
        : @lock.HasNone ? $"is put into {LockPath.DisplayOf(place)}, but a run cannot see that"
        : @lock.Name is { } name ? $"is put into {LockPath.DisplayOf(place)}, but a run calls its class '{name}'"
        : $"is put into {LockPath.DisplayOf(place)}, but a run calls its class otherwise";

    private static string Remedy(LockCreation @lock, ISymbol member) =>
        @lock.Place is not { } place ? "Create it in the initialiser of the field that holds it, or name its class"
        : @lock.OfPlace?.Name is { } alias && alias != place.GetDocumentationCommentId() ? $"Create it in the initialiser of '{place.Name}', or name it \"{alias}\""
        : SymbolEqualityComparer.Default.Equals(place.ContainingType, member.ContainingType?.OriginalDefinition) ? $"Create it in the initialiser of '{place.Name}', or name it nameof({place.Name})"
        : $"Create it in the initialiser of '{place.Name}', or give '{place.Name}' an alias by [LockClass(Alias = …)] and the lock that name";
}
