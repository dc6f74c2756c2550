using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class ReplayTests
{
    [Theory]
    [InlineData("reproduced", 0)]
    [InlineData("program-changed", 4)]
    [InlineData("unreadable", 5)]
    [InlineData("diverged", 6)]
    public async Task The_outcome_decides_the_exit_code(string outcome, int exitCode)
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Replays(Some.Replay(outcome));

        ToolRun run = await ReplayAsync(folder, worker, """{ "project": "../Ipi.csproj" }""");

        Assert.Equal(exitCode, (int)run.ExitCode);
        Assert.StartsWith("1  CPU0  printer  RawSpinLock.Lock (console)   /src/Ipi.cs:8\n2  CPU0  printer  — holds console\n3  CPU1  sender  — SGI0 becomes pending on CPU0\n", run.Out);
        Assert.EndsWith($"{outcome}: what to know about it\n    the NMI waits for the console\n", run.Out);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "project": 7 }""")]
    [InlineData("\u0000\u0001")]
    public async Task A_corrupt_file_is_refused(string content)
    {
        using var folder = new ScratchFolder();

        ToolRun run = await ReplayAsync(folder, new FakeWorker(folder), content);

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("is not a replay file", run.Error);
    }

    [Fact]
    public async Task A_file_whose_project_is_gone_is_refused()
    {
        using var folder = new ScratchFolder();

        ToolRun run = await ReplayAsync(folder, new FakeWorker(folder), """{ "project": "../Gone.csproj" }""");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("is gone", run.Error);
    }

    [Fact]
    public async Task A_worker_that_refuses_the_file_says_why()
    {
        using var folder = new ScratchFolder();
        FakeWorker worker = new FakeWorker(folder).Replays(new ErrorMessage("bad-arguments", "no scenario of this name"));

        ToolRun run = await ReplayAsync(folder, worker, """{ "project": "../Ipi.csproj" }""");

        Assert.Equal(ExitCode.BadArguments, run.ExitCode);
        Assert.Contains("no scenario of this name", run.Error);
    }

    private static Task<ToolRun> ReplayAsync(ScratchFolder folder, FakeWorker worker, string content)
    {
        string project = folder.Write("Ipi.csproj", "<Project />");
        folder.Write("replays/nmi.blocking-lock-1.json", content);
        var built = new BuiltProject(project, "Ipi") { Program = worker.Program() };
        return Tool.RunAsync(new FakeBuild(built), folder.Path, "replay", "replays/nmi.blocking-lock-1.json");
    }
}
