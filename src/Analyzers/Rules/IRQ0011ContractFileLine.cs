using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Contracts.Files;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace IrqSafety.Analyzers.Rules;

/// <summary>A line of a contract file that cannot be read, names what does not exist, or contradicts itself or another line.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class IRQ0011ContractFileLine : IrqAnalyzer
{
    private static readonly DiagnosticDescriptor Descriptor = Descriptors.Of("IRQ0011");

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Descriptor];

    private protected override void Register(CompilationStartAnalysisContext context, CompilationAnalysis analysis)
    {
        if (analysis.Contracts!.Files.Files.Count > 0)
        {
            context.RegisterAdditionalFileAction(file => Check(file, analysis.Contracts));
        }
    }

    private static void Check(AdditionalFileAnalysisContext context, ContractedCompilation contracts)
    {
        if (!ContractFiles.IsContractFile(context.AdditionalFile))
        {
            return;
        }

        IEnumerable<FileProblem> problems = contracts.Files.Problems
            .Concat(contracts.Files.Files.SelectMany(file => file.Lines).SelectMany(line => ContractLineProblems.Of(line, contracts)))
            .Where(problem => problem.Location.GetLineSpan().Path == context.AdditionalFile.Path);
        foreach (IGrouping<Location, FileProblem> line in problems.GroupBy(problem => problem.Location))
        {
            context.CancellationToken.ThrowIfCancellationRequested();
            string problem = line.First().Text;
            var site = new Site(System.IO.Path.GetFileName(context.AdditionalFile.Path), problem, 0);
            ImmutableDictionary<string, string?> properties = ImmutableDictionary<string, string?>.Empty
                .Add(Fingerprint.LawProperty, LawIds.ContractMalformed)
                .Add(Fingerprint.SiteProperty, site.ToString())
                .Add(Fingerprint.Property, Fingerprint.Of(LawIds.ContractMalformed, site, problem));
            context.ReportDiagnostic(Diagnostic.Create(Descriptor, line.Key, properties, $"Line {line.Key.GetLineSpan().StartLinePosition.Line + 1}", problem));
        }
    }
}
