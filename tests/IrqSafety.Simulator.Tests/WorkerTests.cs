using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>The worker, as the command line starts it.</summary>
public sealed class WorkerTests : IDisposable
{
    private static readonly string Tests = typeof(WorkerTests).Assembly.Location;
    private readonly string _directory = Directory.CreateTempSubdirectory("irqsafety-worker").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private async Task<(int ExitCode, List<WorkerMessage> Messages)> RunAsync(WorkerRequest request)
    {
        using Process process = Start(request);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var messages = new List<WorkerMessage>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            messages.Add(WorkerJson.ReadMessage(line));
        }

        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        _ = await errors;
        return (process.ExitCode, messages);
    }

    private Process Start(WorkerRequest request)
    {
        string file = Path.Combine(_directory, "request.json");
        File.WriteAllText(file, WorkerJson.Write(request));
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [
                "exec",
                "--runtimeconfig", Path.ChangeExtension(Tests, ".runtimeconfig.json"),
                "--depsfile", Path.ChangeExtension(Tests, ".deps.json"),
                typeof(Worker).Assembly.Location,
                "worker",
                file,
            ])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = request.EndsWithInput,
        };
        return Process.Start(start)!;
    }

    [Theory]
    [InlineData("request.json", "checkpoints cannot be written to")]
    [InlineData("taken", "cannot be written: ")]
    public async Task A_checkpoint_that_cannot_be_written_is_said_to_be_that(string folder, string problem)
    {
        string path = Path.Combine(_directory, folder);
        Directory.CreateDirectory(Path.Combine(_directory, "taken", "OppositeOrders-own-1of1.checkpoint.json.next"));
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(
            new WorkerRequest { Mode = "explore", Assembly = Tests, Scenarios = [nameof(OppositeOrders)], Strategy = "dpor", Checkpoint = path });
        Assert.Equal(5, exitCode);
        ErrorMessage error = Assert.Single(messages.OfType<ErrorMessage>());
        Assert.Equal("checkpoint", error.Kind);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_ends_when_whoever_started_it_does()
    {
        using Process worker = Start(new WorkerRequest { Mode = "explore", Assembly = Tests, Scenarios = [nameof(OppositeOrders)], Strategy = "random", Time = 120, EndsWithInput = true });
        while (await worker.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && WorkerJson.ReadMessage(line) is not ProgressMessage)
        {
        }

        Assert.False(worker.HasExited);
        worker.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        await worker.WaitForExitAsync(patience.Token);
        Assert.Equal(1, worker.ExitCode);
    }

    [Fact]
    public async Task It_lists_the_scenarios_of_an_assembly()
    {
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest { Mode = "list", Assembly = Tests });
        Assert.Equal(0, exitCode);
        Assert.Equal(WorkerRequest.CurrentProtocol, Assert.IsType<HelloMessage>(messages[0]).Protocol);
        Assert.Contains(messages.OfType<ScenarioMessage>(), scenario => scenario.Name == nameof(OppositeOrders) && scenario.Summary == "Two CPUs take two locks in opposite orders");
    }

    [Fact]
    public async Task It_explores_and_replays_what_it_wrote()
    {
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest
        {
            Mode = "explore",
            Assembly = Tests,
            Scenarios = [nameof(NmiTakesTheTasksLock)],
            OutputDirectory = _directory,
        });
        Assert.Equal(0, exitCode);
        ViolationMessage violation = Assert.Single(messages.OfType<ViolationMessage>());
        Assert.Equal("harm", violation.Evidence);
        ExplorationMessage exploration = Assert.Single(messages.OfType<ExplorationMessage>());
        Assert.True(exploration.Exhaustive);
        Assert.Contains(exploration.Reached, site => site.Contains(nameof(NmiTakesTheTasksLock) + ".Write|", StringComparison.Ordinal));

        (exitCode, messages) = await RunAsync(new WorkerRequest { Mode = "replay", Assembly = Tests, ReplayFile = violation.Replay });
        Assert.Equal(0, exitCode);
        Assert.Equal("reproduced", Assert.Single(messages.OfType<ReplayMessage>()).Outcome);
    }

    [Fact]
    public async Task It_explores_under_the_memory_model_asked_for_and_replays_under_it()
    {
        var request = new WorkerRequest { Mode = "explore", Assembly = Tests, Scenarios = [nameof(BothEnterWithoutBarrier)], OutputDirectory = _directory };
        (_, List<WorkerMessage> messages) = await RunAsync(request);
        Assert.Empty(messages.OfType<ViolationMessage>());
        Assert.Equal("sc", Assert.Single(messages.OfType<ExplorationMessage>()).Memory);

        (_, messages) = await RunAsync(request with { Memory = "arm" });
        ViolationMessage violation = Assert.Single(messages.OfType<ViolationMessage>());
        Assert.Equal((Harms.Assertion, "arm"), (violation.Law, violation.Memory));
        Assert.Equal("arm", Assert.Single(messages.OfType<ExplorationMessage>()).Memory);

        (_, messages) = await RunAsync(new WorkerRequest { Mode = "replay", Assembly = Tests, ReplayFile = violation.Replay });
        ReplayMessage replayed = Assert.Single(messages.OfType<ReplayMessage>());
        Assert.Equal(("reproduced", "arm"), (replayed.Outcome, replayed.Schedule!.Memory));
    }

    [Fact]
    public async Task A_stack_overflow_costs_the_worker_and_nothing_that_it_said_before()
    {
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest
        {
            Mode = "explore",
            Assembly = Tests,
            Scenarios = [nameof(NmiTakesTheTasksLock), nameof(RecursesForEver)],
            OutputDirectory = _directory,
        });
        Assert.NotEqual(0, exitCode);
        Assert.Equal(nameof(NmiTakesTheTasksLock), Assert.Single(messages.OfType<ViolationMessage>()).Scenario);
        Assert.Equal(nameof(NmiTakesTheTasksLock), Assert.Single(messages.OfType<ExplorationMessage>()).Scenario);
    }

    [Fact]
    public async Task A_schedule_that_fails_only_in_the_process_of_the_search_diverges_in_a_fresh_one()
    {
        (_, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest { Mode = "explore", Assembly = Tests, Scenarios = [nameof(RemembersEarlierExecutions)], Strategy = "random", Executions = 20, OutputDirectory = _directory });
        ViolationMessage violation = Assert.Single(messages.OfType<ViolationMessage>());

        (_, messages) = await RunAsync(new WorkerRequest { Mode = "confirm", Assembly = Tests, ReplayFiles = [violation.Replay!] });

        ReplayMessage fresh = Assert.Single(messages.OfType<ReplayMessage>());
        Assert.Equal("diverged", fresh.Outcome);
        Assert.Contains("harm.bug was not broken", fresh.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_memory_model_that_does_not_exist_is_refused()
    {
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest { Mode = "explore", Assembly = Tests, Memory = "tso" });
        Assert.Equal(5, exitCode);
        Assert.Equal("there is no memory model 'tso'; there are: sc, arm", Assert.Single(messages.OfType<ErrorMessage>()).Message);
    }

    [Theory]
    [InlineData("explore", "No such scenario", "portfolio", "no-scenario")]
    [InlineData("explore", null, "clever", "bad-arguments")]
    [InlineData("dance", null, "portfolio", "bad-arguments")]
    [InlineData("replay", null, "portfolio", "bad-arguments")]
    public async Task Wrong_requests_are_refused_in_words(string mode, string? scenario, string strategy, string kind)
    {
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest
        {
            Mode = mode,
            Assembly = Tests,
            Scenarios = scenario is null ? null : [scenario],
            Strategy = strategy,
        });
        Assert.Equal(5, exitCode);
        ErrorMessage error = Assert.Single(messages.OfType<ErrorMessage>());
        Assert.Equal(kind, error.Kind);
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_that_is_not_there_is_a_message()
    {
        (int exitCode, List<WorkerMessage> messages) = await RunAsync(new WorkerRequest { Mode = "list", Assembly = Path.Combine(_directory, "missing.dll") });
        Assert.Equal(5, exitCode);
        Assert.Contains("build the project first", Assert.Single(messages.OfType<ErrorMessage>()).Message, StringComparison.Ordinal);
    }
}
