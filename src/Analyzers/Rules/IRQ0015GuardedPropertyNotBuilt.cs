using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Generators;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A partial property with a contract of data for which no implementation can be built, and why.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0015GuardedPropertyNotBuilt : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0015");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis) => context.RegisterSymbolAction(
        symbol =>
        {
            var property = (IPropertySymbol)symbol.Symbol;
            if (GuardedProperty.IsAsked(property, analysis.Contracts!.Source) && GuardedProperty.Obstacle(property) is { } obstacle)
            {
                string id = property.GetDocumentationCommentId() ?? property.Name;
                var site = new Site(id, id, 0);
                ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
                    .Add(Fingerprint.LawProperty, LawIds.ContractMalformed)
                    .Add(Fingerprint.SiteProperty, site.ToString())
                    .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractMalformed, site, obstacle));
                symbol.ReportDiagnostic(Diagnostic.Create(Descriptor, property.Locations.FirstOrDefault(), properties, property.Name, obstacle));
            }
        },
        SymbolKind.Property);
}
