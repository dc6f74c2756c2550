using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Findings;
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
        new IRQ0003InferredContractNotDeclared(),
        new IRQ0009NotReplayable(),
        new IRQ0010SharedPlainField(),
        new IRQ0012UnknownCallee(),
        new IRQ0013AnalysisBounded(),
        new IRQ0080DataMayBeGuarded(),
        new IRQ0101LockOrderInversion(),
        new IRQ0102AgainstDeclaredOrder(),
        new IRQ0103SameLockTwice(),
        new IRQ0104LockNotReleased(),
        new IRQ0105ReleasedButNotHeld(),
        new IRQ0106WrongFlavour(),
        new IRQ0107IrqUnsafeUse(),
        new IRQ0108IrqUnsafeDependency(),
        new IRQ0109ReaderTakesAgain(),
        new IRQ0110WaitsTooHard(),
        new IRQ0111GuardedData(),
        new IRQ0112CheckThenAct(),
        new IRQ0113StaleAfterRetake(),
        new IRQ0114RequiredLockMissing(),
        new IRQ0115SameClassNested(),
        new IRQ0116SleepInAtomic(),
        new IRQ0117HeldLockInitialised(),
        new IRQ0118NestLockNotHeld(),
        new IRQ0119WoundWaitTicket(),
        new IRQ0181LockOrderMay(),
        new IRQ0184LockNotReleasedMay(),
        new IRQ0185ReleasedButNotHeldMay(),
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
        new IRQ0211NmiCounter(),
        new IRQ0212NmiEntry(),
        new IRQ0213FlowHandler(),
        new IRQ0214StoppedCpu(),
        new IRQ0301MaskNotRestored(),
        new IRQ0302UnconditionalEnable(),
        new IRQ0303FlagKindsMixed(),
        new IRQ0304MaskLowered(),
        new IRQ0305NmiMasked(),
        new IRQ0306PriorityView(),
        new IRQ0307IdleMasked(),
        new IRQ0308UnmaskedTooEarly(),
        new IRQ0310AcknowledgeWithoutIsb(),
        new IRQ0311InterruptEnd(),
        new IRQ0312DeactivatedBeforeQuiet(),
        new IRQ0313WriteNotAwaited(),
        new IRQ0314NmiPriorityOnEnabledLine(),
        new IRQ0315BinaryPointNotSet(),
        new IRQ0316RedundantIsb(),
        new IRQ0317CapabilityNotAsked(),
        new IRQ0318BarrierMissing(),
        new IRQ0319StepOrder(),
        new IRQ0320RedistributorPower(),
        new IRQ0801IpiFlavoursDiffer(),
        new IRQ0802CrossCallWait(),
        new IRQ0803StopOrder(),
    ];

    private static readonly ImmutableArray<MadeRule> MadeRules = [new IRQ0004StricterThanDeclaration(), new IRQ0005ContractDropped(), new IRQ0007LockWithoutClass()];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Rules.Select(rule => rule.Descriptor), .. MadeRules.Select(rule => rule.Descriptor)];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis)
    {
        context.RegisterSymbolAction(
            type =>
            {
                foreach (MadeRule rule in MadeRules)
                {
                    rule.CheckType(type, analysis.Contracts!);
                }
            },
            SymbolKind.NamedType);
        context.RegisterSymbolStartAction(start => Follow(start, analysis), SymbolKind.NamedType);
    }

    // Types nested in another are part of its scope. They end before it does.
    private static void Follow(SymbolStartAnalysisContext context, CompilationAnalysis analysis)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        TypeAnalysis whole = analysis.TypeOf(type);
        if (whole.Kept is null)
        {
            context.RegisterOperationBlockAction(block => Collect(block, whole, analysis));
        }

        if (type.ContainingType is null)
        {
            context.RegisterSymbolEndAction(end =>
            {
                whole.IsReported = true;
                foreach (ToldFinding finding in whole.Kept ?? analysis.Tell(type, whole))
                {
                    end.ReportDiagnostic(finding.ToDiagnostic());
                }
            });
        }

        foreach (MadeRule rule in MadeRules)
        {
            rule.Watch(context, analysis.Contracts!);
        }
    }

    private static void Collect(OperationBlockAnalysisContext context, TypeAnalysis type, CompilationAnalysis analysis)
    {
        analysis.Collect(context);
        foreach (IOperation made in type.MadeIn(context, analysis.Contracts!))
        {
            foreach (MadeRule rule in MadeRules)
            {
                foreach (ToldFinding finding in rule.Check(context.OwningSymbol, made, analysis.Contracts!))
                {
                    type.Tell(finding);
                    context.ReportDiagnostic(finding.ToDiagnostic());
                }
            }
        }
    }
}
