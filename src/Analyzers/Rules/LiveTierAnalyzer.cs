using System.Collections.Concurrent;
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
/// The live tier: runs the one analysis for each type, all of its parts and the types nested in it, and asks every live rule what it makes of
/// the result.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LiveTierAnalyzer : IrqAnalyzer
{
    internal static readonly ImmutableArray<ScopeRule> Rules =
    [
        new IRQ0002HandlerContextNotDeclared(),
        new IRQ0101LockOrderInversion(),
        new IRQ0103SameLockTwice(),
        new IRQ0104LockNotReleased(),
        new IRQ0105ReleasedButNotHeld(),
        new IRQ0107IrqUnsafeUse(),
        new IRQ0108IrqUnsafeDependency(),
        new IRQ0116SleepInAtomic(),
        new IRQ0201BlockingLockInNmi(),
        new IRQ0202UnsafeCallInNmi(),
        new IRQ0203NmiSafePromiseBroken(),
        new IRQ0204NmiRequestRefused(),
        new IRQ0205LineProtocolOrder(),
        new IRQ0206LineFlavourMixed(),
        new IRQ0207FlavourFromPredicate(),
        new IRQ0208LockSharedWithPreempted(),
        new IRQ0209HandlerRole(),
        new IRQ0210OutsideLegalContext(),
        new IRQ0801IpiFlavoursDiffer(),
        new IRQ0802CrossCallWait(),
        new IRQ0803StopOrder(),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Rules.Select(rule => rule.Descriptor)];

    private protected override void Register(CompilationStartAnalysisContext context, ContractedCompilation contracts)
    {
        // Types nested in another are part of its scope. They end before it does.
        var scopes = new ConcurrentDictionary<INamedTypeSymbol, ConcurrentBag<Body>>(SymbolEqualityComparer.Default);
        context.RegisterSymbolStartAction(
            start =>
            {
                var type = (INamedTypeSymbol)start.Symbol;
                ConcurrentBag<Body> bodies = scopes.GetOrAdd(BodyCollector.Outermost(type), static _ => []);
                start.RegisterOperationBlockAction(block => BodyCollector.Collect(block, bodies));
                if (type.ContainingType is null)
                {
                    start.RegisterSymbolEndAction(end =>
                    {
                        scopes.TryRemove(type, out _);
                        Check(end, contracts, bodies);
                    });
                }
            },
            SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context, ContractedCompilation contracts, ConcurrentBag<Body> bodies)
    {
        var scope = new Scope(contracts, bodies);
        if (!scope.IsOfInterest)
        {
            return;
        }

        var model = new ScopeModel(scope);
        foreach (ScopeRule rule in Rules)
        {
            foreach (Finding finding in rule.Check(model))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                context.ReportDiagnostic(finding.ToDiagnostic(rule.Descriptor));
            }
        }
    }
}
