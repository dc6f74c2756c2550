using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Simulation;
using IrqSafety.Simulator;
using Xunit;

namespace IrqSafety.Cli.Tests;

public sealed class WorkerRunTests
{
    private static readonly WorkerRequest Request = new() { Mode = "explore", Assembly = "/nowhere/Program.dll", Scenarios = ["Stuck"] };

    [Fact]
    public async Task A_worker_that_falls_silent_is_ended_and_what_it_said_is_kept()
    {
        using var folder = new ScratchFolder();
        SimulatedProgram program = new FakeWorker(folder).Explores("Stuck", [Some.Violation("nmi.shared", Some.Site, "harm")], "sleep 60").Program();
        long start = Stopwatch.GetTimestamp();

        WorkerRun run = await WorkerRun.StartAsync(program, Request, _ => { }, TestContext.Current.CancellationToken, silence: TimeSpan.FromMilliseconds(500));

        Assert.Single(run.Messages.OfType<ViolationMessage>());
        Assert.StartsWith("no progress outside the model", run.Death);
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Cancelling_ends_the_worker_and_keeps_what_it_said()
    {
        using var folder = new ScratchFolder();
        using var cancelled = new CancellationTokenSource();
        SimulatedProgram program = new FakeWorker(folder).Explores("Stuck", [Some.Violation("nmi.shared", Some.Site, "harm"), new ProgressMessage("Stuck", 1, 1, null)], "sleep 60").Program();

        WorkerRun run = await WorkerRun.StartAsync(program, Request, _ => cancelled.Cancel(), cancelled.Token);

        Assert.Equal("cancelled", run.Death);
        Assert.Single(run.Messages.OfType<ViolationMessage>());
    }

    [Fact]
    public async Task Progress_is_passed_on_and_not_kept()
    {
        using var folder = new ScratchFolder();
        var seen = new List<ProgressMessage>();
        SimulatedProgram program = new FakeWorker(folder).Explores("Stuck", [new ProgressMessage("Stuck", 10, 100, 0.5), new ProgressMessage("Stuck", 20, 200, 1)]).Program();

        WorkerRun run = await WorkerRun.StartAsync(program, Request, seen.Add, TestContext.Current.CancellationToken);

        Assert.Null(run.Death);
        Assert.Equal([10L, 20L], seen.Select(message => message.Executions));
        Assert.DoesNotContain(run.Messages, message => message is ProgressMessage);
    }

    [Fact]
    public void A_simulator_with_other_corrections_is_understood()
    {
        string[] own = VersionSkew.Own.Split('.');

        Assert.Null(VersionSkew.Of(new HelloMessage(WorkerRequest.CurrentProtocol, $"{own[0]}.{own[1]}.99", "hash")));
        Assert.NotNull(VersionSkew.Of(new HelloMessage(WorkerRequest.CurrentProtocol, $"{own[0]}.{own[1]}9.0", "hash")));
    }

    [Fact]
    public void A_worker_runs_on_the_programs_own_closure()
    {
        var program = new SimulatedProgram("/p/bin/Ipi.dll", "/p/bin/IrqSafety.Simulator.dll")
        {
            DepsFile = "/p/bin/Ipi.deps.json",
            RuntimeConfig = "/p/bin/Ipi.runtimeconfig.json",
        };

        IReadOnlyList<string> arguments = program.Worker("/tmp/request.json").Arguments;

        Assert.Equal(
            ["exec", "--runtimeconfig", "/p/bin/Ipi.runtimeconfig.json", "--depsfile", "/p/bin/Ipi.deps.json", "/p/bin/IrqSafety.Simulator.dll", "worker", "/tmp/request.json"],
            arguments);
    }
}
