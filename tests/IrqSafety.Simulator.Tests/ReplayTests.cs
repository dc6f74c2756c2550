using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>A failing schedule can be written down and run again, and is refused where it would mean something else.</summary>
public sealed class ReplayTests : IDisposable
{
    private static readonly IReadOnlyList<ScenarioType> Scenarios = [ScenarioType.Of<NmiTakesTheTasksLock>(), ScenarioType.Of<OppositeOrders>()];
    private readonly string _directory = Directory.CreateTempSubdirectory("irqsafety-replay").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static ReplayFile Record<T>(string law)
        where T : IScenario, new()
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.Of<T>(), new ExplorationOptions { Strategy = "exhaustive" });
        Violation violation = outcome.Violations.First(found => found.Violation.Law == law).Violation;
        return Recorded.Of(ScenarioType.Of<T>(), outcome, violation);
    }

    private ReplayFile ThroughDisk(ReplayFile file)
    {
        string path = Path.Combine(_directory, "schedule.json");
        file.Write(path);
        ReplayFile? read = ReplayFile.Read(path, out string? problem);
        Assert.Null(problem);
        return read!;
    }

    [Fact]
    public void A_recorded_schedule_reproduces_and_shows_its_steps()
    {
        ReplayMessage replay = Replayer.Replay(ThroughDisk(Record<NmiTakesTheTasksLock>(LawIds.NmiShared)), Scenarios, "program");
        Assert.Equal("reproduced", replay.Outcome);
        Assert.Contains(replay.Steps, step => step.Contains("writer > PPI7", StringComparison.Ordinal) && step.Contains("RawSpinLock.Lock", StringComparison.Ordinal));
        Assert.Contains(replay.Steps, step => step.Contains("LockScenarios.cs:", StringComparison.Ordinal));
    }

    [Fact]
    public void The_events_nest_the_handler_on_its_task_with_mask_locks_and_source()
    {
        ReplayMessage replay = Replayer.Replay(Record<NmiTakesTheTasksLock>(LawIds.NmiShared), Scenarios, "program");
        ReplayEvent held = Assert.Single(replay.Events, happened => happened.Kind == ReplayEventKind.Lock);
        Assert.Equal(("writer", 0, MaskLevel.IrqOff), (held.Task, held.Cpu, held.MaskLevel));
        Assert.Equal(["_lock"], held.Held);
        ReplayEvent injected = Assert.Single(replay.Events, happened => happened.Kind == ReplayEventKind.Inject);
        Assert.Equal(("PPI7", 0), (injected.Interrupt, injected.TargetCpu));
        ReplayEvent entered = Assert.Single(replay.Events, happened => happened.Kind == ReplayEventKind.Enter);
        Assert.Equal(("writer", 0x80), (entered.Task, entered.RunningPriority));
        Assert.Equal("PPI7", Assert.Single(entered.Handlers).Interrupt);
        Assert.Equal(["_lock"], entered.Held);

        // It never returns: it waits for what it interrupted.
        ReplayEvent last = replay.Events[^1];
        Assert.Equal((ReplayEventKind.Wait, "spins on _lock, held by 'writer'"), (last.Kind, last.Text));
        Assert.Contains("LockScenarios.cs:", last.Source, StringComparison.Ordinal);
        Assert.DoesNotContain(replay.Events, happened => happened.Kind == ReplayEventKind.Leave);
        Assert.Equal(Enumerable.Range(1, replay.Events.Count), replay.Events.Select(happened => happened.Number));
        Assert.Equal(WorkerJson.Write(replay), WorkerJson.Write(WorkerJson.ReadMessage(WorkerJson.Write(replay))));
    }

    [Fact]
    public void Twice_is_the_same_step_for_step()
    {
        ReplayFile file = ThroughDisk(Record<OppositeOrders>(LawIds.LockOrder));
        Assert.Equal(Replayer.Replay(file, Scenarios, "program").Steps, Replayer.Replay(file, Scenarios, "program").Steps);
    }

    [Fact]
    public void A_changed_program_is_refused()
    {
        ReplayMessage replay = Replayer.Replay(Record<NmiTakesTheTasksLock>(LawIds.NmiShared), Scenarios, "another program");
        Assert.Equal("program-changed", replay.Outcome);
        Assert.Empty(replay.Steps);
    }

    [Fact]
    public void A_decision_that_no_longer_fits_diverges_at_that_step()
    {
        ReplayFile file = Record<NmiTakesTheTasksLock>(LawIds.NmiShared);
        ReplayFile other = file with { Decisions = [.. file.Decisions.Select(decision => decision with { Operation = "RawSpinLock.TryAcquire" })] };
        ReplayMessage replay = Replayer.Replay(other, Scenarios, "program");
        Assert.Equal("diverged", replay.Outcome);
        Assert.Contains("RawSpinLock.TryAcquire", replay.Message, StringComparison.Ordinal);
        Assert.Contains($"step {file.Decisions[0].Step}", replay.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_decision_that_never_comes_up_diverges()
    {
        ReplayFile file = Record<NmiTakesTheTasksLock>(LawIds.NmiShared);
        ReplayFile longer = file with { Decisions = [.. file.Decisions, file.Decisions[0] with { Step = 9999 }] };
        Assert.Equal("diverged", Replayer.Replay(longer, Scenarios, "program").Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "schema": 1 }""")]
    [InlineData("""{ "schema": 99, "toolVersion": "9", "programHash": "h", "assembly": "a", "scenario": "s", "profile": "p", "seed": 1, "bound": "b", "law": "l", "evidence": "harm", "description": "d", "decisions": [] }""")]
    [InlineData("""{ "schema": 1, "toolVersion": "9", "programHash": "h", "assembly": "a", "scenario": "s", "profile": "p", "seed": 1, "bound": "b", "law": "l", "evidence": "harm", "description": "d", "decisions": null }""")]
    [InlineData("""{ "schema": 1, "toolVersion": "9", "programHash": "h", "assembly": "a", "scenario": null, "profile": "p", "seed": 1, "bound": "b", "law": "l", "evidence": "harm", "description": "d", "decisions": [] }""")]
    [InlineData("""{ "schema": 1, "toolVersion": "9", "programHash": "h", "assembly": "a", "scenario": "s", "profile": "p", "seed": 1, "bound": "b", "law": "l", "evidence": "harm", "description": "d", "decisions": [ null ] }""")]
    [InlineData("""{ "schema": 1, "toolVersion": "9", "programHash": "h", "assembly": "a", "scenario": "s", "profile": "p", "seed": 1, "bound": "b", "law": "l", "evidence": "harm", "description": "d", "decisions": [ { "step": 1 } ] }""")]
    public void A_damaged_file_is_unreadable_in_words(string text)
    {
        string path = Path.Combine(_directory, "damaged.json");
        File.WriteAllText(path, text);
        Assert.Null(ReplayFile.Read(path, out string? problem));
        Assert.StartsWith($"'{path}'", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_is_minimal_when_no_decision_can_be_dropped()
    {
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.Of<NmiTakesTheTasksLock>(), new ExplorationOptions { Strategy = "random", Executions = 100 });
        MinimisedViolation found = outcome.Violations.Single(found => found.Violation.Law == LawIds.NmiShared);

        // One arrival, while the lock is held: nothing else is needed.
        RecordedDecision decision = Assert.Single(found.Violation.Schedule);
        Assert.Equal(("writer", "arrive watchdog"), (decision.Actor, decision.Choice));
        Assert.Equal("minimal", found.Minimality);
    }

    [Fact]
    public void The_hash_of_a_program_is_that_of_its_code()
    {
        string tests = typeof(ReplayTests).Assembly.Location;
        string simulator = typeof(Explorer).Assembly.Location;
        Assert.Equal(ProgramHash.Of(tests), ProgramHash.Of(tests));
        Assert.NotEqual(ProgramHash.Of(tests), ProgramHash.Of(simulator));
        string copy = Path.Combine(_directory, Path.GetFileName(tests));
        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(tests)!, "*.dll"))
        {
            File.Copy(file, Path.Combine(_directory, Path.GetFileName(file)));
        }

        Assert.Equal(ProgramHash.Of(tests), ProgramHash.Of(copy));
    }
}
