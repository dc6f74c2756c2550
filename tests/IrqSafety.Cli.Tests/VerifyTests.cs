using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Findings;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>The verbs on a project that is already built and a worker that says what the test prepared.</summary>
public sealed class VerifyTests
{
    [Fact]
    public async Task A_finding_that_a_schedule_shows_is_confirmed_and_its_replay_is_kept()
    {
        using var folder = new ScratchFolder();
        string recorded = folder.Write("recorded.json", """{ "decisions": [ 1, 2 ] }""");
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm", replay: recorded), Some.Exploration("Backtrace", true, Some.Site.ToString())]);

        ToolRun run = await VerifyAsync(folder, worker, [Finding(folder)]);

        Assert.Equal(ExitCode.Found, run.ExitCode);
        string row = Assert.Single(run.Out.Split('\n'), line => line.Contains("Blocking lock in NMI"));
        Assert.Contains("IRQ0201", row);
        Assert.Contains("Ipi.cs:12", row);
        Assert.Contains("confirmed", row);
        Assert.Contains("harm", row);
        Assert.Contains("artifacts/replays/Ipi/nmi.blocking-lock-1.json", row);
        Assert.Contains("path: Handle calls Backtrace (Ipi.cs:8)", run.Out);
        Assert.Contains("the NMI waits for it", run.Out);
        Assert.Contains("Profile: gicv3-pnmi. Memory model: sequentially consistent (sc).", run.Out);
        Assert.EndsWith("1 finding: 1 confirmed (1 harm, 0 breach, 0 predicted), 0 not reproduced, 0 not covered, 0 not modelled; 0 violations not predicted; 1 scenario, 1 exhaustive within the bound.\n", run.Out);
        JsonNode kept = JsonNode.Parse(await ReadAsync(folder, "artifacts/replays/Ipi/nmi.blocking-lock-1.json"))!;
        Assert.Equal("../../../Ipi.csproj", (string?)kept["project"]);
        Assert.Equal(2, kept["decisions"]!.AsArray().Count);
    }

    [Fact]
    public async Task The_json_has_the_documented_members_and_no_others()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "breach"), Some.Exploration("Backtrace", true, Some.Site.ToString())]);

        ToolRun run = await VerifyAsync(folder, worker, [Finding(folder)], "--format", "json");

        JsonObject root = JsonNode.Parse(run.Out)!.AsObject();
        Assert.Equal(["schema", "profile", "findings", "violations", "exploration", "assumptions"], root.Select(member => member.Key));
        Assert.Equal(1, (int)root["schema"]!);
        Assert.Equal("gicv3-pnmi", (string?)root["profile"]);
        JsonObject finding = Assert.Single(root["findings"]!.AsArray())!.AsObject();
        Assert.Equal(["id", "rule", "law", "project", "file", "line", "column", "message", "path", "unknownCallees", "verdict", "evidence", "replay", "bound"], finding.Select(member => member.Key));
        Assert.Equal("Ipi.cs", (string?)finding["file"]);
        Assert.Equal("confirmed", (string?)finding["verdict"]);
        Assert.Equal("breach", (string?)finding["evidence"]);
        JsonObject violation = Assert.Single(root["violations"]!.AsArray())!.AsObject();
        Assert.Equal(["law", "scenario", "predicted", "evidence", "replay"], violation.Select(member => member.Key));
        Assert.True((bool)violation["predicted"]!);
        JsonObject exploration = Assert.Single(root["exploration"]!.AsArray())!.AsObject();
        Assert.Equal(["scenario", "strategy", "executions", "exhaustive", "bound", "missBound"], exploration.Select(member => member.Key));
        Assert.Equal("sc", (string?)root["assumptions"]!["memory"]);
    }

    [Fact]
    public async Task The_sarif_is_version_2_1_0_with_fingerprints_code_flows_and_unpredicted_violations()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation(LawIds.AtomicSleep, Some.OtherSite, "breach"), Some.Exploration("Backtrace", true, Some.Site.ToString())]);

        ToolRun run = await VerifyAsync(folder, worker, [Finding(folder)], "--format", "sarif");

        JsonNode root = JsonNode.Parse(run.Out)!;
        Assert.Equal("2.1.0", (string?)root["version"]);
        JsonNode sarif = Assert.Single(root["runs"]!.AsArray())!;
        JsonArray results = sarif["results"]!.AsArray();
        Assert.Equal(["IRQ0201", "atomic.sleep"], results.Select(result => (string?)result!["ruleId"]));
        Assert.All(results, result => Assert.Equal((string?)result!["ruleId"], (string?)sarif["tool"]!["driver"]!["rules"]![(int)result["ruleIndex"]!]!["id"]));
        JsonNode finding = results[0]!;
        Assert.Equal(Fingerprint.Of(LawIds.NmiBlockingLock, Some.Site), (string?)finding["partialFingerprints"]!["irqsafety/v1"]);
        Assert.Equal("Ipi.cs", (string?)finding["locations"]![0]!["physicalLocation"]!["artifactLocation"]!["uri"]);
        Assert.Equal("Handle calls Backtrace", (string?)finding["codeFlows"]![0]!["threadFlows"]![0]!["locations"]![0]!["location"]!["message"]!["text"]);
        Assert.Equal("not-reproduced", (string?)finding["properties"]!["verdict"]);
    }

    [Fact]
    public async Task A_violation_without_a_finding_is_listed_as_not_predicted()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation("harm.lost-interrupt", null, "harm"), Some.Exploration("Backtrace")]);

        ToolRun run = await VerifyAsync(folder, worker, []);

        Assert.Equal(ExitCode.Found, run.ExitCode);
        Assert.Contains("No findings.", run.Out);
        Assert.Contains("Not predicted by the analyzer:", run.Out);
        Assert.Contains("harm.lost-interrupt", run.Out);
    }

    [Fact]
    public async Task Nothing_found_is_exit_code_0()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Lists("Backtrace").Explores("Backtrace", [Some.Exploration("Backtrace")]);

        ToolRun run = await VerifyAsync(folder, worker, []);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.EndsWith("0 findings; 0 violations not predicted; 1 scenario, 1 exhaustive within the bound.\n", run.Out);
    }

    [Fact]
    public async Task A_worker_that_dies_costs_its_scenario_only()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace", "Crash")
            .Explores("Backtrace", [Some.Exploration("Backtrace")])
            .Explores("Crash", [], "echo Stack overflow. >&2; kill -ABRT $$");

        ToolRun run = await VerifyAsync(folder, worker, []);

        Assert.Equal(ExitCode.Aborted, run.ExitCode);
        Assert.Contains("Crash was not finished: the worker ended with exit code 134: Stack overflow.", run.Out);
        Assert.EndsWith("1 scenario, 1 exhaustive within the bound; 1 scenario not finished.\n", run.Out);
    }

    [Fact]
    public async Task What_a_dying_worker_found_is_kept()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Crash")
            .Explores("Crash", [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm", scenario: "Crash")], "exit 3");

        ToolRun run = await VerifyAsync(folder, worker, [Finding(folder)]);

        Assert.Equal(ExitCode.Found, run.ExitCode);
        Assert.Contains("1 confirmed (1 harm", run.Out);
    }

    [Fact]
    public async Task A_worker_that_reports_trouble_aborts_its_scenario_with_that_reason()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Spin")
            .Explores("Spin", [new ErrorMessage("no-progress", "no progress outside the model for 2 s in Spin.Loop")]);

        ToolRun run = await VerifyAsync(folder, worker, []);

        Assert.Equal(ExitCode.Aborted, run.ExitCode);
        Assert.Contains("no progress outside the model for 2 s in Spin.Loop", run.Out);
    }

    [Fact]
    public async Task What_the_program_prints_is_not_mistaken_for_messages()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Exploration("Backtrace")], "echo hello; echo '{ not json'; echo '{\"type\":\"unheard-of\"}'");

        ToolRun run = await VerifyAsync(folder, worker, []);

        Assert.Equal(ExitCode.Clean, run.ExitCode);
    }

    [Fact]
    public async Task Without_scenarios_and_findings_nothing_ran()
    {
        using var folder = new ScratchFolder();

        ToolRun run = await VerifyAsync(folder, new FakeWorker(folder).Lists(), []);

        Assert.Equal(ExitCode.NothingRan, run.ExitCode);
        Assert.Contains("No scenarios.", run.Out);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(WorkerRequest.CurrentProtocol)] // It may speak like this tool and know other laws.
    public async Task A_simulator_of_another_version_is_refused_at_once(int protocol)
    {
        using var folder = new ScratchFolder();

        ToolRun run = await VerifyAsync(folder, new FakeWorker(folder).Speaks(protocol, "9.9.9"), []);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("9.9.9", run.Error);
        Assert.Contains("one version", run.Error);
    }

    [Fact]
    public async Task An_unknown_scenario_is_refused_by_naming_those_there_are()
    {
        using var folder = new ScratchFolder();

        ToolRun run = await VerifyAsync(folder, new FakeWorker(folder).Lists("Backtrace", "Stop"), [], "--scenario", "Stopp");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("There are: Backtrace, Stop.", run.Error);
    }

    [Fact]
    public async Task Only_the_named_scenario_is_explored()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Lists("Backtrace", "Stop").Explores("Stop", [Some.Exploration("Stop")]);

        ToolRun run = await VerifyAsync(folder, worker, [], "--scenario", "stop");

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        Assert.Contains("1 scenario, 1 exhaustive", run.Out);
    }

    [Fact]
    public async Task Every_profile_is_explored_when_all_are_asked_for()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Lists("Backtrace");
        foreach (MachineProfile profile in MachineProfile.All)
        {
            worker.ExploresOn(profile.Name, Some.Exploration("Backtrace") with { Profile = profile.Name });
        }

        ToolRun run = await RunAsync(folder, worker, [], "simulate", "--profiles", "all", "--format", "json");

        Assert.Equal(ExitCode.Clean, run.ExitCode);
        JsonNode root = JsonNode.Parse(run.Out)!;
        Assert.Equal(MachineProfile.All.Count, root["exploration"]!.AsArray().Count);
        Assert.All(MachineProfile.All, profile => Assert.Contains(profile.Name, (string?)root["profile"]));
    }

    [Fact]
    public async Task A_scenario_that_cannot_be_built_is_refused_with_the_reason()
    {
        using var folder = new ScratchFolder();

        ToolRun run = await RunAsync(folder, new FakeWorker(folder).Refuses("no-scenario", "'Stop' has no constructor without parameters"), [], "simulate");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("'Stop' has no constructor without parameters", run.Error);
    }

    [Fact]
    public async Task A_quiet_report_is_its_last_line()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Lists("Backtrace").Explores("Backtrace", [Some.Exploration("Backtrace")]);

        ToolRun run = await VerifyAsync(folder, worker, [], "--quiet");

        Assert.Equal("0 findings; 0 violations not predicted; 1 scenario, 1 exhaustive within the bound.\n", run.Out);
    }

    [Fact]
    public async Task Report_and_replays_go_to_the_folder_that_output_names()
    {
        using var folder = new ScratchFolder();
        string recorded = folder.Write("recorded.json", "{}");
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm", replay: recorded), Some.Exploration("Backtrace")]);

        ToolRun run = await VerifyAsync(folder, worker, [], "--format", "json", "--output", "out/");

        Assert.Empty(run.Out);
        JsonNode report = JsonNode.Parse(await ReadAsync(folder, "out/verify.json"))!;
        Assert.Equal("out/replays/Ipi/nmi.blocking-lock-1.json", (string?)report["violations"]![0]!["replay"]);
        Assert.True(File.Exists(Path.Combine(folder.Path, "out/replays/Ipi/nmi.blocking-lock-1.json")));
    }

    [Fact]
    public async Task A_project_without_the_analyzers_is_refused_because_silence_would_mean_nothing()
    {
        using var folder = new ScratchFolder();
        string project = folder.Write("Ipi.csproj", "<Project />");

        ToolRun run = await Tool.RunAsync(new FakeBuild(new BuiltProject(project, "Ipi")), folder.Path, "check", "Ipi.csproj");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("does not use the IrqSafety analyzers", run.Error);
    }

    [Fact]
    public async Task Check_lists_findings_and_starts_no_worker()
    {
        using var folder = new ScratchFolder();

        ToolRun run = await RunAsync(folder, new FakeWorker(folder), [Finding(folder)], "check");

        Assert.Equal(ExitCode.Found, run.ExitCode);
        Assert.Contains("IRQ0201", run.Out);
        Assert.EndsWith("1 finding.\n", run.Out);
    }

    [Fact]
    public async Task Simulate_counts_violations_by_evidence()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation(LawIds.NmiBlockingLock, Some.Site, "harm"), Some.Violation(LawIds.AtomicSleep, Some.Site, "breach"), Some.Exploration("Backtrace")]);

        ToolRun run = await RunAsync(folder, worker, [], "simulate");

        Assert.Equal(ExitCode.Found, run.ExitCode);
        Assert.EndsWith("2 violations (1 harm, 1 breach, 0 predicted); 1 scenario, 1 exhaustive within the bound.\n", run.Out);
    }

    private static StaticFinding Finding(ScratchFolder folder) => Some.Finding("IRQ0201", Some.Site, Path.Combine(folder.Path, "Ipi.cs"));

    private static Task<ToolRun> VerifyAsync(ScratchFolder folder, FakeWorker worker, StaticFinding[] findings, params string[] more) =>
        RunAsync(folder, worker, findings, "verify", more);

    private static Task<ToolRun> RunAsync(ScratchFolder folder, FakeWorker worker, StaticFinding[] findings, string verb, params string[] more)
    {
        string project = folder.Write("Ipi.csproj", "<Project />");
        var built = new BuiltProject(project, "Ipi") { Analyzed = true, Findings = findings, Program = worker.Program() };
        return Tool.RunAsync(new FakeBuild(built), folder.Path, [verb, "Ipi.csproj", .. more]);
    }

    private static Task<string> ReadAsync(ScratchFolder folder, string path) =>
        File.ReadAllTextAsync(Path.Combine(folder.Path, path), TestContext.Current.CancellationToken);
}
