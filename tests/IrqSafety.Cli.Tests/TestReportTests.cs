using System.Linq;
using System.Threading.Tasks;
using System.Xml.Linq;
using IrqSafety.Cli.Building;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>A search as CI services read it: one scenario fails, one passes, one dies, and there is a finding.</summary>
public sealed class TestReportTests
{
    [Fact]
    public async Task Junit_has_a_case_for_each_scenario_and_each_finding()
    {
        XElement root = await VerifyAsync("junit");

        Assert.Equal(("4", "2", "1"), ((string?)root.Attribute("tests"), (string?)root.Attribute("failures"), (string?)root.Attribute("errors")));
        XElement[] cases = [.. root.Descendants("testcase")];
        Assert.Equal(
            ["Alone on gicv3-pnmi", "Backtrace on gicv3-pnmi", "Crash", "IRQ0201 Ipi.cs:12:9"],
            cases.Select(test => (string?)test.Attribute("name")));
        Assert.Equal(["Ipi.scenarios", "Ipi.scenarios", "Ipi.scenarios", "Ipi.findings"], cases.Select(test => (string?)test.Attribute("classname")));
        Assert.Equal("nmi.blocking-lock (harm): message of the violation", cases[1].Element("failure")!.Value);
        Assert.Equal("1.500", (string?)cases[1].Attribute("time"));
        Assert.Null(cases[0].Element("failure"));
        Assert.Contains("exhaustive", cases[0].Element("system-out")!.Value);
        Assert.Contains("Stack overflow", (string?)cases[2].Element("error")!.Attribute("message"));
        Assert.Equal("message of the finding (confirmed, harm)", cases[3].Element("failure")!.Value);
    }

    [Fact]
    public async Task Trx_has_a_result_a_definition_and_an_entry_for_each()
    {
        XElement root = await VerifyAsync("trx");

        XNamespace ns = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
        Assert.Equal(ns + "TestRun", root.Name);
        XElement[] results = [.. root.Element(ns + "Results")!.Elements()];
        Assert.Equal(["Passed", "Failed", "Error", "Failed"], results.Select(result => (string?)result.Attribute("outcome")));
        string?[] ids = [.. results.Select(result => (string?)result.Attribute("testId"))];
        Assert.Equal(4, ids.Distinct().Count());
        Assert.Equal(ids, root.Element(ns + "TestDefinitions")!.Elements().Select(test => (string?)test.Attribute("id")));
        Assert.Equal(ids, root.Element(ns + "TestEntries")!.Elements().Select(entry => (string?)entry.Attribute("testId")));
        Assert.Equal(ids, (await VerifyAsync("trx")).Element(ns + "Results")!.Elements().Select(result => (string?)result.Attribute("testId")));
        XElement counters = root.Descendants(ns + "Counters").Single();
        Assert.Equal(["4", "4", "1", "2", "1"], counters.Attributes().Select(count => count.Value));
    }

    private static async Task<XElement> VerifyAsync(string format)
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Alone", "Backtrace", "Crash")
            .Explores("Alone", [Some.Exploration("Alone")])
            .Explores("Backtrace", [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm"), Some.Exploration("Backtrace", true, Some.Site.ToString())])
            .Explores("Crash", [], "echo Stack overflow. >&2; kill -ABRT $$");
        string project = folder.Write("Ipi.csproj", "<Project />");
        string source = System.IO.Path.Combine(folder.Path, "Ipi.cs");
        var built = new BuiltProject(project, "Ipi") { Analyzed = true, Findings = [Some.Finding("IRQ0201", Some.Site, source)], Program = worker.Program() };

        ToolRun run = await Tool.RunAsync(new FakeBuild(built), folder.Path, "verify", "Ipi.csproj", "--format", format);

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Found, run.ExitCode);
        return XElement.Parse(run.Out);
    }
}
