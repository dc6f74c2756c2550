using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>An option of the analysis whose value is none of those it can have. Reported once, in the first file it is set for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0014UnknownOption : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0014");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis) =>
        context.RegisterSemanticModelAction(model => Check(model, analysis.Contracts!.Options));

    private static void Check(SemanticModelAnalysisContext context, AnalysisOptions options)
    {
        SyntaxTree tree = context.SemanticModel.SyntaxTree;
        foreach (WrongOption wrong in options.Wrong(tree))
        {
            if (context.SemanticModel.Compilation.SyntaxTrees.First(one => options.Wrong(one).Contains(wrong)) == tree)
            {
                var site = new Site(wrong.Key, wrong.Key, 0);
                ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
                    .Add(Fingerprint.LawProperty, LawIds.AnalysisOption)
                    .Add(Fingerprint.SiteProperty, site.ToString())
                    .Add(Fingerprint.Property, Fingerprint.Of(LawIds.AnalysisOption, site, wrong.Value));
                context.ReportDiagnostic(Diagnostic.Create(Descriptor, tree.GetRoot(context.CancellationToken).GetFirstToken().GetLocation(), properties, wrong.Key, wrong.Value, wrong.Known));
            }
        }
    }
}
