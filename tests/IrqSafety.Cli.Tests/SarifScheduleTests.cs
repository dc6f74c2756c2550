using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Rules;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>Schedules in SARIF: one thread flow for each CPU, in the one order of the schedule.</summary>
public sealed class SarifScheduleTests
{
    [Fact]
    public void Every_cpu_is_a_thread_flow()
    {
        JsonNode flow = SarifSchedule.CodeFlow(Some.Replay(), Terminal());

        Assert.Equal(["CPU0", "CPU1"], flow["threadFlows"]!.AsArray().Select(thread => (string?)thread!["id"]));
        Assert.Equal("Backtrace: reproduced", (string?)flow["message"]!["text"]);
    }

    [Fact]
    public void Steps_of_all_cpus_stand_in_one_order()
    {
        JsonNode[] threads = [.. SarifSchedule.CodeFlow(Some.Replay(), Terminal())["threadFlows"]!.AsArray().Select(thread => thread!)];

        int[][] orders = [.. threads.Select(thread => thread["locations"]!.AsArray().Select(step => (int)step!["executionOrder"]!).ToArray())];
        Assert.Equal([1, 2, 4, 5], orders[0]);
        Assert.Equal([3], orders[1]);
    }

    [Fact]
    public void A_step_of_a_handler_is_nested_and_says_where_it_stands()
    {
        JsonNode[] steps = [.. SarifSchedule.CodeFlow(Some.Replay(), Terminal())["threadFlows"]![0]!["locations"]!.AsArray().Select(step => step!)];

        Assert.Equal([0, 0, 1, 1], steps.Select(step => (int)step["nestingLevel"]!));
        Assert.Equal("printer/pseudo-NMI (SGI0)", (string?)steps[3]["location"]!["logicalLocations"]![0]!["fullyQualifiedName"]);
        JsonNode place = steps[3]["location"]!["physicalLocation"]!;
        Assert.Equal(("Ipi.cs", 12), ((string?)place["artifactLocation"]!["uri"], (int)place["region"]!["startLine"]!));
        Assert.Equal("spins on console, held by 'printer'", (string?)steps[3]["location"]!["message"]!["text"]);
        Assert.Equal(["acquire", "enter", "wait"], steps.Skip(1).Select(step => (string?)step["kinds"]![0]));
    }

    [Fact]
    public void A_step_shows_the_masks_and_the_held_locks()
    {
        JsonNode state = SarifSchedule.CodeFlow(Some.Replay(), Terminal())["threadFlows"]![0]!["locations"]![2]!["state"]!;

        Assert.Equal("PMR 0xc0, DAIF daif", (string?)state["mask"]!["text"]);
        Assert.Equal("console", (string?)state["held"]!["text"]);
    }

    [Fact]
    public void A_step_without_source_still_says_what_happened()
    {
        ReplayMessage replay = Some.Replay();
        ReplayMessage bare = replay with { Events = [replay.Events[0] with { Source = null }] };

        JsonNode location = SarifSchedule.CodeFlow(bare, Terminal())["threadFlows"]![0]!["locations"]![0]!["location"]!;

        Assert.Null(location["physicalLocation"]);
        Assert.Equal("RawSpinLock.Lock (console)", (string?)location["message"]!["text"]);
    }

    [Fact]
    public async Task Replay_writes_the_schedule_as_a_result_of_its_law()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Replays(Some.Replay() with { Schedule = Some.Replay().Schedule! with { Site = Some.Site.ToString() } });
        string project = folder.Write("Ipi.csproj", "<Project />");
        folder.Write("replays/harm.deadlock-1.json", """{ "project": "../Ipi.csproj" }""");

        ToolRun run = await Tool.RunAsync(new FakeBuild(new BuiltProject(project, "Ipi") { Program = worker.Program() }), folder.Path, "replay", "replays/harm.deadlock-1.json", "--format", "sarif");

        JsonNode result = Assert.Single(JsonNode.Parse(run.Out)!["runs"]![0]!["results"]!.AsArray())!;
        Assert.Equal("harm.deadlock", (string?)result["ruleId"]);
        Assert.Equal(Fingerprint.Of("harm.deadlock", Some.Site), (string?)result["partialFingerprints"]!["irqsafety/v1"]);
        Assert.Equal(2, result["codeFlows"]![0]!["threadFlows"]!.AsArray().Count);
        Assert.Equal("reproduced", (string?)result["properties"]!["outcome"]);
    }

    [Fact]
    public async Task Simulate_carries_the_schedule_of_each_violation()
    {
        using var folder = new ScratchFolder();
        string recorded = folder.Write("recorded.json", """{ "decisions": [ 1, 2 ] }""");
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation("harm.deadlock", Some.Site, "harm", replay: recorded), Some.Exploration("Backtrace")])
            .Replays(Some.Replay());
        string project = folder.Write("Ipi.csproj", "<Project />");

        ToolRun run = await Tool.RunAsync(new FakeBuild(new BuiltProject(project, "Ipi") { Program = worker.Program() }), folder.Path, "simulate", "Ipi.csproj", "--format", "sarif");

        Assert.Equal(ExitCode.Found, run.ExitCode);
        JsonNode result = Assert.Single(JsonNode.Parse(run.Out)!["runs"]![0]!["results"]!.AsArray())!;
        JsonNode flow = Assert.Single(result["codeFlows"]!.AsArray())!;
        Assert.Equal(["CPU0", "CPU1"], flow["threadFlows"]!.AsArray().Select(thread => (string?)thread!["id"]));
        Assert.Equal(Fingerprint.Of("harm.deadlock", Some.Site), (string?)result["partialFingerprints"]!["irqsafety/v1"]);
    }

    private static Terminal Terminal() => new(TextWriter.Null, TextWriter.Null, "/src");
}
