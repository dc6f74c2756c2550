using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Schedules;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class TraceViewTests
{
    [Fact]
    public void Tasks_and_handlers_nest_strictly_on_every_cpu()
    {
        JsonNode[] events = Trace(Some.Replay());

        Assert.Equal(
            ["B printer", "B pseudo-NMI (SGI0)", "E pseudo-NMI (SGI0)", "E printer"],
            Slices(events, cpu: 0));
        Assert.Equal(["B sender", "E sender"], Slices(events, cpu: 1));
    }

    [Fact]
    public void A_task_that_leaves_its_cpu_within_a_handler_is_ended_and_begun_again()
    {
        ReplayEvent nested = Some.Replay().Events[3];
        ReplayEvent[] schedule =
        [
            nested with { Number = 1 },
            nested with { Number = 2, Kind = ReplayEventKind.Sleep, Text = "sleeps on mutex" },
            nested with { Number = 3, Kind = ReplayEventKind.Step, Task = "other", Handlers = [], Flows = [] },
            nested with { Number = 4, Kind = ReplayEventKind.Step },
            nested with { Number = 5, Kind = ReplayEventKind.Leave, Handlers = [] },
        ];

        Assert.Equal(
            [
                "B printer", "B pseudo-NMI (SGI0)", "E pseudo-NMI (SGI0)", "E printer",
                "B other", "E other",
                "B printer", "B pseudo-NMI (SGI0)", "E pseudo-NMI (SGI0)", "E printer",
            ],
            Slices(Trace(Some.Replay() with { Events = schedule }), cpu: 0));
    }

    [Fact]
    public void A_handler_that_is_entered_twice_on_itself_is_two_slices()
    {
        ReplayEvent entered = Some.Replay().Events[3];
        ReplayHandler handler = entered.Handlers[0];
        ReplayEvent[] schedule = [entered with { Number = 1 }, entered with { Number = 2, Handlers = [handler, handler] }];

        Assert.Equal(
            ["B printer", "B pseudo-NMI (SGI0)", "B pseudo-NMI (SGI0)", "E pseudo-NMI (SGI0)", "E pseudo-NMI (SGI0)", "E printer"],
            Slices(Trace(Some.Replay() with { Events = schedule }), cpu: 0));
    }

    [Fact]
    public void Every_event_has_what_its_phase_needs()
    {
        JsonNode[] events = Trace(Some.Replay());

        Assert.All(events, written =>
        {
            Assert.Equal(1, (int)written["pid"]!);
            Assert.NotEmpty((string)written["name"]!);
            string phase = (string)written["ph"]!;
            Assert.Contains(phase, new[] { "M", "B", "E", "X", "i", "C", "s", "f" });
            Assert.True((int)written["ts"]! >= 0);
            Assert.Equal(phase == "X", written["dur"] is not null);
            Assert.Equal(phase == "i", written["s"] is not null);
            Assert.Equal(phase is "s" or "f", written["id"] is not null);
            Assert.Equal(phase == "f", (string?)written["bp"] == "e");
        });
        int[] times = [.. events.Where(written => (string?)written["ph"] != "M").Select(written => (int)written["ts"]!)];
        Assert.Equal(times.Order(), times);
    }

    [Fact]
    public void The_sender_is_tied_to_the_handler_by_a_flow()
    {
        JsonNode[] events = Trace(Some.Replay());

        JsonNode start = Assert.Single(events, written => (string?)written["ph"] == "s");
        JsonNode end = Assert.Single(events, written => (string?)written["ph"] == "f");
        Assert.Equal((int)start["id"]!, (int)end["id"]!);
        Assert.Equal((2, 1), ((int)start["tid"]!, (int)end["tid"]!));
        JsonNode handler = Assert.Single(events, written => (string?)written["ph"] == "B" && (string?)written["name"] == "pseudo-NMI (SGI0)");
        Assert.Equal((int)handler["ts"]!, (int)end["ts"]!);
    }

    [Fact]
    public void Pmr_and_running_priority_are_counters_written_when_they_change()
    {
        JsonNode[] events = Trace(Some.Replay());

        Assert.Equal([0xe0, 0xc0], Counter("CPU0 PMR"));
        Assert.Equal([0xff, 0x80], Counter("CPU0 running priority"));
        Assert.Equal([0xe0], Counter("CPU1 PMR"));

        int[] Counter(string name) => [.. events.Where(written => (string?)written["name"] == name).Select(written => (int)written["args"]!["value"]!)];
    }

    [Fact]
    public void What_came_from_outside_is_an_instant_on_the_cpu_it_came_to()
    {
        ReplayEvent injected = Some.Replay().Events[2] with { Number = 1, Kind = ReplayEventKind.Inject, Flows = [] };

        JsonNode instant = Assert.Single(Trace(Some.Replay() with { Events = [injected] }), written => (string?)written["ph"] == "i");

        Assert.Equal(1, (int)instant["tid"]!);
        Assert.Equal("SGI0 becomes pending on CPU0", (string?)instant["name"]);
    }

    [Fact]
    public async Task Verify_writes_a_file_for_each_schedule_and_its_report_to_the_terminal()
    {
        using var folder = new ScratchFolder();
        string recorded = folder.Write("recorded.json", """{ "decisions": [ 1, 2 ] }""");
        FakeWorker worker = new FakeWorker(folder)
            .Lists("Backtrace")
            .Explores("Backtrace", [Some.Violation("harm.deadlock", Some.Site, "harm", replay: recorded), Some.Exploration("Backtrace")])
            .Replays(Some.Replay());
        string project = folder.Write("Ipi.csproj", "<Project />");
        var built = new BuiltProject(project, "Ipi") { Analyzed = true, Program = worker.Program() };

        ToolRun run = await Tool.RunAsync(new FakeBuild(built), folder.Path, "verify", "Ipi.csproj", "--format", "trace", "--output", "out/");

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCode.Found, run.ExitCode);
        Assert.Contains("1 schedule in out/schedules.", run.Out);
        Assert.Contains("Not predicted by the analyzer:", run.Out);
        string text = await File.ReadAllTextAsync(Path.Combine(folder.Path, "out/schedules/Ipi/harm.deadlock-1.trace.json"), TestContext.Current.CancellationToken);
        JsonNode trace = JsonNode.Parse(text)!;
        Assert.Equal("out/replays/Ipi/harm.deadlock-1.json", (string?)trace["otherData"]!["replay"]);
    }

    private static JsonNode[] Trace(ReplayMessage replay)
    {
        using var output = new StringWriter();
        TraceView.Write(new ScheduleRecord("/src/schedule.json", replay), new Terminal(output, TextWriter.Null, "/src"));
        return [.. JsonNode.Parse(output.ToString())!["traceEvents"]!.AsArray().Select(written => written!)];
    }

    // The slices of a CPU as a viewer reads them: an E ends the innermost B, whatever its name says.
    private static List<string> Slices(JsonNode[] events, int cpu)
    {
        var open = new Stack<string>();
        var slices = new List<string>();
        foreach (JsonNode written in events.Where(written => (int?)written["tid"] == cpu + 1))
        {
            string name = (string)written["name"]!;
            if ((string?)written["ph"] == "B")
            {
                open.Push(name);
                slices.Add($"B {name}");
            }
            else if ((string?)written["ph"] == "E")
            {
                Assert.Equal(name, open.Pop());
                slices.Add($"E {name}");
            }
        }

        Assert.Empty(open);
        return slices;
    }
}
