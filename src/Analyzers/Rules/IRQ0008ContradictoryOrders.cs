using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Files;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Declarations of lock classes and their orders that cannot all hold. Reported at the last of those that the compilation makes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0008ContradictoryOrders : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0008");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis)
    {
        var declarations = new Lazy<OrderDeclarations>(() => new OrderDeclarations(analysis.Contracts!));
        context.RegisterSemanticModelAction(model => Report(declarations.Value.Conflicts, one => one.SourceTree == model.SemanticModel.SyntaxTree, model.ReportDiagnostic));
        if (analysis.Contracts!.Files.Files.Count > 0)
        {
            context.RegisterAdditionalFileAction(file =>
            {
                if (ContractFiles.IsContractFile(file.AdditionalFile))
                {
                    Report(declarations.Value.Conflicts, one => one.Kind == LocationKind.ExternalFile && one.GetLineSpan().Path == file.AdditionalFile.Path, file.ReportDiagnostic);
                }
            });
        }
    }

    private static void Report(IEnumerable<OrderConflict> conflicts, Func<Location, bool> isHere, Action<Diagnostic> report)
    {
        foreach (OrderConflict conflict in conflicts)
        {
            if (isHere(conflict.Location))
            {
                var site = new Site(conflict.What, conflict.What, 0);
                ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
                    .Add(Fingerprint.LawProperty, LawIds.ContractContradictoryOrders)
                    .Add(Fingerprint.SiteProperty, site.ToString())
                    .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractContradictoryOrders, site, conflict.Key));
                report(Diagnostic.Create(Descriptor, conflict.Location, conflict.Others, properties, conflict.What, conflict.Problem, conflict.Remedy));
            }
        }
    }
}
