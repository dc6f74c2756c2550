using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Analyzers.Judging;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// The build tier: the same analysis over the whole compilation, for ways that cross types. It is silent where the live tier reports the
/// same law at the same call.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BuildTierAnalyzer : IrqAnalyzer
{
    internal static readonly ImmutableArray<ScopeRule> Rules =
    [
        new IRQ0251BlockingLockInNmiBuild(),
        new IRQ0252UnsafeCallInNmiBuild(),
        new IRQ0258LockSharedWithPreemptedBuild(),
        new IRQ0852CrossCallWaitBuild(),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Rules.Select(rule => rule.Descriptor)];

    private protected override void Register(CompilationStartAnalysisContext context, ContractedCompilation contracts)
    {
        var bodies = new ConcurrentBag<Body>();
        context.RegisterOperationBlockAction(block => BodyCollector.Collect(block, bodies));
        context.RegisterCompilationEndAction(end => Check(end, contracts, bodies));
    }

    private static void Check(CompilationAnalysisContext context, ContractedCompilation contracts, ConcurrentBag<Body> bodies)
    {
        var whole = new Scope(contracts, bodies);
        if (!whole.IsOfInterest)
        {
            return;
        }

        var model = new ScopeModel(whole);
        HashSet<(string Law, Location Location)> live = [];
        foreach (IGrouping<INamedTypeSymbol, Body> type in whole.Bodies.GroupBy<Body, INamedTypeSymbol>(body => BodyCollector.Outermost(body.Owner.ContainingType), SymbolEqualityComparer.Default))
        {
            var part = new ScopeModel(new Scope(contracts, type));
            live.UnionWith(LiveTierAnalyzer.Rules.SelectMany(rule => rule.Check(part)).Select(finding => (finding.Law, finding.Location)));
        }

        foreach (ScopeRule rule in Rules)
        {
            foreach (Finding finding in rule.Check(model))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                if (!live.Contains((finding.Law, finding.Location)))
                {
                    context.ReportDiagnostic(finding.ToDiagnostic(rule.Descriptor));
                }
            }
        }
    }
}
