using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A contract that cannot be read, names what does not exist, or contradicts itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0001MalformedContract : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0001");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis) =>
        context.RegisterSymbolAction(Check, SymbolKind.Method, SymbolKind.Property, SymbolKind.Field, SymbolKind.NamedType);

    private static void Check(SymbolAnalysisContext context)
    {
        // A property's attributes are read at the property; its accessors would repeat them.
        ImmutableArray<ContractAttribute> attributes = ContractAttribute.In(context.Symbol.GetAttributes());
        IMethodSymbol? method = context.Symbol switch
        {
            IPropertySymbol property => property.GetMethod ?? property.SetMethod,
            INamedTypeSymbol type => type.DelegateInvokeMethod,
            _ => context.Symbol as IMethodSymbol,
        };
        IEnumerable<(string Problem, ContractAttribute Attribute)> problems = method is null ? ContractProblems.OfPart(attributes) : ContractProblems.Of(method, attributes);
        if (context.Symbol is IMethodSymbol)
        {
            ImmutableArray<ContractAttribute> result = ContractAttribute.In(method!.GetReturnTypeAttributes());
            ImmutableArray<ContractAttribute> parts = [.. result, .. method.Parameters.SelectMany(parameter => ContractAttribute.In(parameter.GetAttributes()))];
            problems = problems.Concat(ContractProblems.OfPart(parts)).Concat(ContractProblems.OfReturn(method, result));
        }
        else
        {
            problems = problems.Concat(ContractProblems.OfData(attributes));
        }

        foreach ((string problem, ContractAttribute attribute) in problems)
        {
            Location location = attribute.Location ?? context.Symbol.Locations.FirstOrDefault() ?? Location.None;
            string member = context.Symbol.GetDocumentationCommentId() ?? context.Symbol.Name;
            ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
                .Add(Fingerprint.LawProperty, LawIds.ContractMalformed)
                .Add(Fingerprint.SiteProperty, new Site(member, member, 0).ToString())
                .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractMalformed, new Site(member, member, 0), problem));
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, location, properties, context.Symbol.Name, problem));
        }
    }
}
