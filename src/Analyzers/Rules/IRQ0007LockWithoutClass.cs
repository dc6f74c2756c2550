using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock that is created where a run cannot tell its class, or calls it otherwise than the field that it is put into; or that is never created.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0007LockWithoutClass : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0007");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis)
    {
        context.RegisterOperationBlockAction(block =>
        {
            foreach (IObjectCreationOperation creation in analysis.MadeIn(block).OfType<IObjectCreationOperation>())
            {
                Check(block, creation, analysis.Contracts!);
            }
        });
        context.RegisterSymbolStartAction(start => Watch(start, analysis.Contracts!), SymbolKind.NamedType);
    }

    private static void Watch(SymbolStartAnalysisContext context, ContractedCompilation contracts)
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

    private static void Report(SymbolAnalysisContext context, ISymbol field)
    {
        string id = field.GetDocumentationCommentId() ?? field.Name;
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
            .Add(Fingerprint.LawProperty, LawIds.ContractLockClass)
            .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractLockClass, new Site(id, id, 0)));
        context.ReportDiagnostic(Diagnostic.Create(
            Descriptor, field.Locations[0], properties, $"No lock is put into {LockPath.DisplayOf(field)}", "whoever takes it fails", $"Create it in the initialiser of '{field.Name}'"));
    }

    private static void Check(OperationBlockAnalysisContext context, IObjectCreationOperation creation, ContractedCompilation contracts)
    {
        if (LockCreation.Of(creation, context.OwningSymbol, contracts) is not { } @lock || !(@lock.HasNone || @lock.Differs))
        {
            return;
        }

        string member = context.OwningSymbol.GetDocumentationCommentId() ?? context.OwningSymbol.Name;
        var site = new Site(member, creation.Constructor!.OriginalDefinition.GetDocumentationCommentId() ?? creation.Constructor.Name, NumberOf(creation));
        ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
            .Add(Fingerprint.LawProperty, LawIds.ContractLockClass)
            .Add(Fingerprint.SiteProperty, site.ToString())
            .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractLockClass, site, @lock.Place?.GetDocumentationCommentId() ?? ""));
        context.ReportDiagnostic(Diagnostic.Create(Descriptor, creation.Syntax.GetLocation(), properties, $"The lock created here {Problem(@lock)}", "no rule can tell which others are used like it", Remedy(@lock, context.OwningSymbol)));
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
