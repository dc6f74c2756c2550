using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A lock expression that names a member or parameter that does not exist, or one that callers of the contract cannot see.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0006UnknownLockExpression : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0006");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis) =>
        context.RegisterSymbolAction(symbol => Check(symbol, analysis.Contracts!), SymbolKind.Method, SymbolKind.Property, SymbolKind.Field, SymbolKind.NamedType);

    private static void Check(SymbolAnalysisContext context, ContractedCompilation contracts)
    {
        IEnumerable<ContractAttribute> attributes = ContractAttribute.In(context.Symbol.GetAttributes());
        if (context.Symbol is IMethodSymbol method)
        {
            attributes = attributes.Concat(ContractAttribute.In(method.GetReturnTypeAttributes())).Concat(method.Parameters.SelectMany(parameter => ContractAttribute.In(parameter.GetAttributes())));
        }

        foreach (ContractAttribute attribute in attributes)
        {
            foreach (string expression in LockExpressionProblems.ExpressionsIn(attribute))
            {
                if (LockExpressionProblems.Of(expression, (context.Symbol as INamedTypeSymbol)?.DelegateInvokeMethod ?? context.Symbol, contracts) is not { } problem)
                {
                    continue;
                }

                string member = context.Symbol.GetDocumentationCommentId() ?? context.Symbol.Name;
                var site = new Site(member, member, 0);
                ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
                    .Add(Fingerprint.LawProperty, LawIds.ContractLockExpression)
                    .Add(Fingerprint.SiteProperty, site.ToString())
                    .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractLockExpression, site, expression));
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, attribute.Location ?? context.Symbol.Locations.FirstOrDefault(), properties, expression, problem));
            }
        }
    }
}
