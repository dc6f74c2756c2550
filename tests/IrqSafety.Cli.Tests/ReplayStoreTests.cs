using System;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Rules;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

/// <summary>Replay files of what is explored anew are replaced, and no others; a run that fails loses none.</summary>
public sealed class ReplayStoreTests
{
    private const string Kept = "artifacts/replays/Ipi";

    private static string Recorded(string scenario, string profile = "gicv3-pnmi", string? memory = null, string by = "now") =>
        $$"""{ "scenario": "{{scenario}}", "profile": "{{profile}}", {{(memory is null ? "" : $"\"memory\": \"{memory}\", ")}}"by": "{{by}}" }""";

    // Finds one deadlock in each of two scenarios.
    private static FakeWorker Two(ScratchFolder folder) => new FakeWorker(folder)
        .Lists("Backtrace", "Shutdown")
        .Explores("Backtrace", [Some.Violation(Harms.Deadlock, Some.Site, "harm", replay: folder.Write("backtrace.json", Recorded("Backtrace"))), Some.Exploration("Backtrace")])
        .Explores("Shutdown", [Some.Violation(Harms.Deadlock, Some.OtherSite, "harm", "Shutdown", folder.Write("shutdown.json", Recorded("Shutdown"))), Some.Exploration("Shutdown")]);

    private static Task<ToolRun> SimulateAsync(ScratchFolder folder, FakeWorker worker, params string[] more) => Tool.RunAsync(
        new FakeBuild(new BuiltProject(folder.Write("Ipi.csproj", "<Project />"), "Ipi") { Program = worker.Program() }),
        folder.Path,
        ["simulate", "Ipi.csproj", .. more]);

    private static string[] Files(ScratchFolder folder) =>
        [.. Directory.EnumerateFiles(Path.Combine(folder.Path, Kept)).Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file).Split('"').SkipWhile(word => word != "scenario").Skip(2).First()} {(File.ReadAllText(file).Contains("then", StringComparison.Ordinal) ? "then" : "now")}").Order(StringComparer.Ordinal)];

    private static void Earlier(ScratchFolder folder)
    {
        folder.Write($"{Kept}/harm.deadlock-1.json", Recorded("Backtrace", by: "then"));
        folder.Write($"{Kept}/harm.deadlock-2.json", Recorded("Shutdown", by: "then"));
        folder.Write($"{Kept}/nmi.shared-1.json", Recorded("Shutdown", by: "then"));
    }

    [Fact]
    public async Task A_run_of_everything_replaces_everything()
    {
        using var folder = new ScratchFolder();
        Earlier(folder);

        await SimulateAsync(folder, Two(folder));

        Assert.Equal(["harm.deadlock-1.json: Backtrace now", "harm.deadlock-2.json: Shutdown now"], Files(folder));
    }

    [Fact]
    public async Task One_scenario_replaces_its_own_and_takes_no_name_of_another()
    {
        using var folder = new ScratchFolder();
        Earlier(folder);

        ToolRun run = await SimulateAsync(folder, Two(folder), "--scenario", "Shutdown");

        Assert.Equal(["harm.deadlock-1.json: Backtrace then", "harm.deadlock-2.json: Shutdown now"], Files(folder));
        Assert.Contains("harm.deadlock-2.json", run.Out);
    }

    [Fact]
    public async Task Another_machine_or_memory_model_is_something_else()
    {
        using var folder = new ScratchFolder();
        folder.Write($"{Kept}/harm.deadlock-1.json", Recorded("Backtrace", profile: "gicv2", by: "then"));
        folder.Write($"{Kept}/harm.deadlock-2.json", Recorded("Backtrace", memory: "arm", by: "then"));

        await SimulateAsync(folder, Two(folder), "--scenario", "Backtrace");

        Assert.Equal(["harm.deadlock-1.json: Backtrace then", "harm.deadlock-2.json: Backtrace then", "harm.deadlock-3.json: Backtrace now"], Files(folder));
    }

    [Fact]
    public async Task What_shows_a_schedule_goes_with_it_and_no_other()
    {
        using var folder = new ScratchFolder();
        folder.Write("out/replays/Ipi/harm.deadlock-1.json", Recorded("Backtrace", by: "then"));
        folder.Write("out/replays/Ipi/harm.deadlock-2.json", Recorded("Shutdown", by: "then"));
        folder.Write("out/replays/Ipi/nmi.shared-1.json", Recorded("Shutdown", by: "then"));
        foreach (string law in new[] { "harm.deadlock-1", "harm.deadlock-2", "nmi.shared-1", "harm.deadlock-7" })
        {
            folder.Write($"out/schedules/Ipi/{law}.html", "then");
            folder.Write($"out/schedules/Ipi/{law}.trace.json", "then");
        }

        folder.Write("out/schedules/Other/harm.deadlock-2.html", "then");

        // The second deadlock is another one now, and the shared lock is gone; the first scenario is not explored, and nobody has recorded a seventh.
        await SimulateAsync(folder, Two(folder), "--scenario", "Shutdown", "--format", "json", "--output", "out/");

        Assert.Equal(
            [
                "Ipi/harm.deadlock-1.html",
                "Ipi/harm.deadlock-1.trace.json",
                "Ipi/harm.deadlock-7.html",
                "Ipi/harm.deadlock-7.trace.json",
                "Other/harm.deadlock-2.html",
            ],
            Directory.EnumerateFiles(Path.Combine(folder.Path, "out/schedules"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.Combine(folder.Path, "out/schedules"), file).Replace('\\', '/'))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_search_that_did_not_come_to_its_end_leaves_what_was_there()
    {
        using var folder = new ScratchFolder();
        Earlier(folder);
        FakeWorker worker = new FakeWorker(folder).Lists("Backtrace", "Shutdown").Explores("Backtrace", [Some.Exploration("Backtrace")]).Explores("Shutdown", [], "exit 134");

        ToolRun run = await SimulateAsync(folder, worker);

        Assert.Equal(ExitCode.Aborted, run.ExitCode);
        Assert.Equal(["harm.deadlock-2.json: Shutdown then", "nmi.shared-1.json: Shutdown then"], Files(folder));
    }

    [Fact]
    public async Task A_scenario_that_does_not_exist_is_noticed_before_anything_is_explored()
    {
        using var folder = new ScratchFolder();
        Earlier(folder);

        ToolRun run = await SimulateAsync(folder, Two(folder), "--scenario", "Backtrace", "--scenario", "Bactrace");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("there is no scenario 'Bactrace'", run.Error);
        Assert.Equal(["harm.deadlock-1.json: Backtrace then", "harm.deadlock-2.json: Shutdown then", "nmi.shared-1.json: Shutdown then"], Files(folder));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("text")]
    public async Task A_report_that_cannot_be_written_costs_nothing(string format)
    {
        using var folder = new ScratchFolder();
        Earlier(folder);
        folder.Write("file", "is no folder");

        ToolRun run = await SimulateAsync(folder, Two(folder), "--format", format, "--output", "file/report");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("the report cannot be written", run.Error);
        Assert.Equal(["harm.deadlock-1.json: Backtrace then", "harm.deadlock-2.json: Shutdown then", "nmi.shared-1.json: Shutdown then"], Files(folder));
    }

    [Fact]
    public async Task Replay_files_that_cannot_be_written_are_said_to_be_and_leave_what_was_there()
    {
        using var folder = new ScratchFolder();
        Earlier(folder);
        Directory.CreateDirectory(Path.Combine(folder.Path, Kept, "harm.deadlock-2.json.new"));

        ToolRun run = await SimulateAsync(folder, Two(folder));

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("the replay files cannot be written", run.Error);
        Assert.Equal(["harm.deadlock-1.json: Backtrace then", "harm.deadlock-2.json: Shutdown then", "nmi.shared-1.json: Shutdown then"], Files(folder));
    }

    [Fact]
    public async Task A_file_that_nobody_understands_is_left_alone()
    {
        using var folder = new ScratchFolder();
        folder.Write($"{Kept}/harm.deadlock-1.json", "{");

        await SimulateAsync(folder, Two(folder), "--scenario", "Backtrace");

        Assert.Equal("{", File.ReadAllText(Path.Combine(folder.Path, Kept, "harm.deadlock-1.json")));
        Assert.True(File.Exists(Path.Combine(folder.Path, Kept, "harm.deadlock-2.json")));
    }
}
