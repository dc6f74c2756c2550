using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Findings;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>Reading what the C# compiler writes with <c>-errorlog:file,version=2.1</c>.</summary>
public sealed class SarifLogTests
{
    private const string Loaded = """{ "id": "IRQ0201" }, { "id": "CA1000" }""";

    [Fact]
    public void A_finding_is_read_with_its_place_law_site_and_path()
    {
        StaticFinding finding = Assert.Single(Findings(Result("IRQ0201")));

        Assert.Equal("IRQ0201", finding.Rule.Id);
        Assert.Equal(LawIds.NmiBlockingLock, finding.Law.Id);
        Assert.Equal("00000000000000aa", finding.Fingerprint);
        Assert.Equal(Some.Site, finding.Site);
        Assert.Equal(new Place("/src/My Ipi.cs", 42, 9), finding.Place);
        Assert.Equal("'Acquire' may have to wait", finding.Message);
        Assert.Equal([new PathStep("Handle calls Dump", new Place("/src/Ipi.cs", 30, 5)), new PathStep("Dump takes the lock", finding.Place)], finding.Path);
    }

    [Fact]
    public void Places_that_belong_to_no_step_follow_the_steps()
    {
        StaticFinding finding = Assert.Single(Findings(Result("IRQ0201").Replace("Handle calls Dump\\nDump takes the lock", "one\\ntwo\\nthree")));

        Assert.Equal(["one", "two", "three", "see"], finding.Path.Select(step => step.Text));
        Assert.Equal([null, null, null, new Place("/src/Ipi.cs", 30, 5)], finding.Path.Select(step => step.Place));
    }

    [Fact]
    public void Suppressed_findings_suggestions_and_other_analyzers_are_left_out()
    {
        IReadOnlyList<StaticFinding> findings = Findings(
            Result("IRQ0201", more: """, "suppressions": [ { "kind": "inSource" } ] """),
            Result("IRQ0201", level: "note"),
            Result("CA1822"));

        Assert.Empty(findings);
    }

    [Fact]
    public void An_empty_list_of_suppressions_suppresses_nothing()
    {
        Assert.Single(Findings(Result("IRQ0201", more: """, "suppressions": [] """)));
    }

    [Fact]
    public void A_finding_raised_to_an_error_is_still_a_finding()
    {
        Assert.Single(Findings(Result("IRQ0201", level: "error")));
    }

    [Fact]
    public void Findings_are_in_order_of_place_and_rule()
    {
        IReadOnlyList<StaticFinding> findings = Findings(Result("IRQ0202", line: 50), Result("IRQ0202", line: 7), Result("IRQ0201", line: 7));

        Assert.Equal([("IRQ0201", 7), ("IRQ0202", 7), ("IRQ0202", 50)], findings.Select(finding => (finding.Rule.Id, finding.Place.Line)));
    }

    [Theory]
    [InlineData("AD0001", "Analyzer 'IrqSafety.Analyzers.X' threw an exception")]
    [InlineData("CS8032", "An instance of analyzer IrqSafety.Analyzers.X cannot be created")]
    [InlineData("CS9057", "The analyzer assembly 'IrqSafety.Analyzers.dll' references a newer compiler")]
    public void An_analyzer_that_did_not_run_is_an_error_not_silence(string id, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => Findings($$"""{ "ruleId": "{{id}}", "level": "warning", "message": { "text": "{{message}}" } }"""));

        Assert.Contains(id, error.Problem);
    }

    [Fact]
    public void Trouble_of_a_foreign_analyzer_is_not_ours()
    {
        Assert.Empty(Findings("""{ "ruleId": "AD0001", "level": "warning", "message": { "text": "Analyzer 'Other.X' threw an exception" } }"""));
    }

    [Theory]
    [InlineData(Loaded, true)]
    [InlineData("""{ "id": "CA1000" }""", false)]
    public void The_list_of_rules_tells_whether_the_analyzers_were_loaded(string rules, bool analyzed)
    {
        using var folder = new ScratchFolder();

        Assert.Equal(analyzed, SarifLog.Load(folder.Write("0.sarif", Log(rules))).Analyzed);
    }

    [Fact]
    public void A_log_that_is_not_json_is_refused()
    {
        using var folder = new ScratchFolder();
        string file = folder.Write("0.sarif", "{ \"runs\": [");

        Assert.Throws<UserErrorException>(() => SarifLog.Load(file));
    }

    private static IReadOnlyList<StaticFinding> Findings(params string[] results)
    {
        using var folder = new ScratchFolder();
        return SarifLog.Load(folder.Write("0.sarif", Log(Loaded, results))).Findings("Ipi");
    }

    private static string Log(string rules, params string[] results) => $$"""
        { "version": "2.1.0", "runs": [ { "results": [ {{string.Join(", ", results)}} ], "tool": { "driver": { "name": "Microsoft (R) Visual C# Compiler", "rules": [ {{rules}} ] } } } ] }
        """;

    private static string Result(string id, string level = "warning", int line = 42, string more = "") => $$"""
        {
          "ruleId": "{{id}}", "level": "{{level}}", "message": { "text": "'Acquire' may have to wait" },
          "locations": [ { "physicalLocation": { "artifactLocation": { "uri": "file:///src/My%20Ipi.cs" }, "region": { "startLine": {{line}}, "startColumn": 9 } } } ],
          "relatedLocations": [ { "physicalLocation": { "artifactLocation": { "uri": "file:///src/Ipi.cs" }, "region": { "startLine": 30, "startColumn": 5 } } } ],
          "properties": { "customProperties": {
            "irqsafety.fingerprint": "00000000000000aa", "irqsafety.law": "nmi.blocking-lock", "irqsafety.site": "{{Some.Site}}",
            "irqsafety.path": "Handle calls Dump\nDump takes the lock" } }{{more}}
        }
        """;
}
