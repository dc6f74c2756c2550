using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
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
        new IRQ0053InferredContractNotDeclaredBuild(),
        new IRQ0059NotReplayableBuild(),
        new IRQ0151LockOrderInversionBuild(),
        new IRQ0152AgainstDeclaredOrderBuild(),
        new IRQ0153SameLockTwiceBuild(),
        new IRQ0156WrongFlavourBuild(),
        new IRQ0157IrqUnsafeUseBuild(),
        new IRQ0158IrqUnsafeDependencyBuild(),
        new IRQ0159ReaderTakesAgainBuild(),
        new IRQ0160WaitsTooHardBuild(),
        new IRQ0161GuardedDataBuild(),
        new IRQ0162CheckThenActBuild(),
        new IRQ0163StaleAfterRetakeBuild(),
        new IRQ0164RequiredLockMissingBuild(),
        new IRQ0165SameClassNestedBuild(),
        new IRQ0166SleepInAtomicBuild(),
        new IRQ0167HeldLockInitialisedBuild(),
        new IRQ0251BlockingLockInNmiBuild(),
        new IRQ0252UnsafeCallInNmiBuild(),
        new IRQ0258LockSharedWithPreemptedBuild(),
        new IRQ0261NmiCounterBuild(),
        new IRQ0263FlowHandlerBuild(),
        new IRQ0264StoppedCpuBuild(),
        new IRQ0351MaskNotRestoredBuild(),
        new IRQ0352UnconditionalEnableBuild(),
        new IRQ0354MaskLoweredBuild(),
        new IRQ0357IdleMaskedBuild(),
        new IRQ0360AcknowledgeWithoutIsbBuild(),
        new IRQ0361InterruptEndBuild(),
        new IRQ0363WriteNotAwaitedBuild(),
        new IRQ0365BinaryPointNotSetBuild(),
        new IRQ0367CapabilityNotAskedBuild(),
        new IRQ0368BarrierMissingBuild(),
        new IRQ0852CrossCallWaitBuild(),
    ];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [.. Rules.Select(rule => rule.Descriptor)];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis)
    {
        // Who is asked about one file is not asked at the end: its bodies are not wanted for that.
        context.RegisterSymbolStartAction(
            start =>
            {
                if (start.FilterTree is null)
                {
                    start.RegisterOperationBlockAction(analysis.Collect);
                }
            },
            SymbolKind.NamedType);
        context.RegisterCompilationEndAction(end => Check(end, analysis));
    }

    private static void Check(CompilationAnalysisContext context, CompilationAnalysis analysis)
    {
        Scope whole = analysis.Whole();
        if (!whole.IsOfInterest)
        {
            return;
        }

        var model = new ScopeModel(whole);
        HashSet<Defect> live = [.. analysis.LiveFindings.Select(finding => finding.Defect)];
        foreach (ScopeRule rule in Rules.Where(analysis.IsAsked))
        {
            foreach (Finding finding in rule.Check(model))
            {
                context.CancellationToken.ThrowIfCancellationRequested();
                if (!live.Contains(finding.Defect))
                {
                    context.ReportDiagnostic(finding.ToDiagnostic(rule.Descriptor));
                }
            }
        }
    }
}
