using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using System.Threading.Tasks;
using IrqSafety.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>The analyzers report each page's violation under the page's ID, and nothing in its fix.</summary>
public class ExampleAnalysisTests
{
    private static readonly ImmutableArray<DiagnosticAnalyzer> s_analyzers =
    [
        .. Assembly.Load("IrqSafety.Analyzers").GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    private const string Setting = "// .editorconfig:";

    public static TheoryData<string> EachRule => [.. Catalogue.Rules.Select(rule => rule.Id)];

    [Fact]
    public void The_analyzers_report_the_rules_of_the_catalogue_and_no_others() => Assert.Equal(
        Catalogue.Rules.Select(rule => rule.Id).Order(),
        s_analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics).Select(descriptor => descriptor.Id).Distinct().Order());

    // That a body was cut short takes more code than a page has.
    public static TheoryData<string> EachShownRule => [.. Catalogue.Rules.Where(rule => rule.Severity != Severity.Info).Select(rule => rule.Id)];

    [Theory]
    [MemberData(nameof(EachShownRule))]
    public async Task The_violation_draws_the_rule(string id)
    {
        string[] contracts = [.. RulePage.Of(id).Contracts("Violation")];
        foreach (string code in RulePage.Of(id).Code("Violation"))
        {
            Assert.Contains(await Findings(code, id, contracts), finding => finding.Contains(id));
        }
    }

    [Theory]
    [MemberData(nameof(EachRule))]
    public async Task The_fix_draws_nothing(string id)
    {
        string[] contracts = [.. RulePage.Of(id).Contracts("Fix")];
        foreach (string code in RulePage.Of(id).Code("Fix"))
        {
            Assert.Empty(await Findings(code, id, contracts));
        }
    }

    // The finding shown first is the one a reader gets.
    [Fact]
    public async Task The_finding_in_the_README_is_the_one_that_is_reported()
    {
        string readme = Repository.Read("README.md");
        string code = readme.Split("```csharp\n")[1].Split("```")[0];
        string shown = readme.Split("\n```\nIRQ0207: ")[1].Split("\n```")[0];
        Assert.Contains(await Findings(code, "IRQ0207"), finding => finding.Contains("IRQ0207") && finding.EndsWith(shown, StringComparison.Ordinal));
    }

    // The rule is on, whatever its default, and the lines "// .editorconfig:" of the example apply.
    private static async Task<IEnumerable<string>> Findings(string code, string id, params string[] contracts)
    {
        CSharpCompilation compilation = ExampleCompilation.Of(code);
        compilation = compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([KeyValuePair.Create(id, ReportDiagnostic.Warn)]));
        string[] settings = [.. code.Split('\n').Where(line => line.StartsWith(Setting, StringComparison.Ordinal)).Select(line => line[Setting.Length..])];
        var options = new AnalyzerOptions([.. contracts.Select((text, index) => new ContractText($"Example{index}.irqcontracts", text))], TestConfig.Of(settings));
        return (await compilation.WithAnalyzers(s_analyzers, options).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken))
            .Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)
            .Select(diagnostic => diagnostic.ToString());
    }
}
