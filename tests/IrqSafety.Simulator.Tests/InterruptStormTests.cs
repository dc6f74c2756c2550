using System;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>An interrupt that comes again as soon as its handler returns, and handlers that execute no step: no number of steps ends such an execution.</summary>
public class InterruptStormTests
{
    private const string LineIsHigh = "Interrupt storm: PPI7 is taken on CPU0 again and again, and nothing else runs: its line is high, and nobody lowers it.";

    private static ExplorationOutcome Explore(ScenarioType scenario) => Explorer.Explore(scenario, new ExplorationOptions { Strategy = "exhaustive" });

    private static ExplorationOutcome Explore(Action<MachineBuilder> build) => Explore(ScenarioType.From("storm", () => new Inline(build)));

    private static MachineBuilder Device(MachineBuilder b, int arrivals = 1, Trigger trigger = Trigger.Level) => b.Cpus(1)
        .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled))
        .Source("device", Lines.Watchdog, 0, arrivals, trigger);

    private static Violation Only(ExplorationOutcome outcome)
    {
        Assert.False(outcome.IsHanging);
        Assert.Null(outcome.NonDeterminism);
        return Assert.Single(outcome.Violations).Violation;
    }

    [Fact]
    public void A_level_line_that_nobody_lowers_is_a_storm_while_the_CPU_idles()
    {
        Violation storm = Only(Explore(b => Device(b)));
        Assert.Equal((Harms.Hang, LineIsHigh), (storm.Law, storm.Message));
    }

    [Fact]
    public void It_is_one_while_a_task_runs()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var work = new Shared<int>(0, "work");
            Device(b).Task(0, "worker", () =>
            {
                work.WriteOnce(1);
                work.WriteOnce(2);
            });
        });
        Assert.False(outcome.IsHanging);
        Assert.All(outcome.Violations, found => Assert.Equal((Harms.Hang, LineIsHigh), (found.Violation.Law, found.Violation.Message)));
        Assert.NotEmpty(outcome.Violations);
        Assert.True(outcome.Summary.Exhaustive);
    }

    [Fact]
    public void It_is_one_while_the_machine_boots()
    {
        Violation storm = Only(Explore(b => b.Cpus(1)
            .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled))
            .Boot(machine =>
            {
                machine.Gic.StateOf(Lines.Watchdog, new CpuId(0)).Trigger = Trigger.Level;
                machine.Gic.Assert(Lines.Watchdog, new CpuId(0));
                new Shared<int>(0, "more").WriteOnce(1);
            })));
        Assert.Equal((Harms.Hang, LineIsHigh), (storm.Law, storm.Message));
    }

    [Fact]
    public void A_root_handler_that_acknowledges_nothing_leaves_it_pending()
    {
        Violation storm = Only(Explore(b => Device(b, trigger: Trigger.Edge).Boot(() => Irq.SetHandleIrq(() => { }))));
        Assert.Equal((Harms.Hang, "Interrupt storm: PPI7 is taken on CPU0 again and again, and nothing else runs: it stays pending."), (storm.Law, storm.Message));
    }

    [Fact]
    public void What_the_environment_may_do_at_most_is_no_storm() =>
        Assert.Empty(Explore(b => Device(b, arrivals: 3, trigger: Trigger.Edge).Spurious(16)).Violations);

    [Fact]
    public void Its_schedule_does_the_same_again_and_shows_it_at_its_end()
    {
        ExplorationOutcome outcome = Explore(ScenarioType.Of<LineLeftHigh>());
        Violation storm = Only(outcome);
        var file = new ReplayFile
        {
            Schema = ReplayFile.CurrentSchema,
            ToolVersion = "test",
            ProgramHash = "program",
            Assembly = "tests.dll",
            Scenario = ScenarioType.Of<LineLeftHigh>().Name,
            Profile = outcome.Summary.Profile,
            Seed = 1,
            Bound = outcome.Summary.Bound,
            Law = storm.Law,
            Site = storm.Site?.ToString(),
            Evidence = "harm",
            Description = storm.Message,
            Decisions = storm.Schedule,
        };
        ReplayMessage replay = Replayer.Replay(file, [ScenarioType.Of<LineLeftHigh>()], "program");
        Assert.Equal(("reproduced", LineIsHigh), (replay.Outcome, replay.Message));
        Assert.Equal((ReplayEventKind.Violation, LineIsHigh), (replay.Events[^1].Kind, replay.Events[^1].Text));
        Assert.True(replay.Events.Count(happened => happened.Kind == ReplayEventKind.Enter) > 1);
    }

    /// <summary>A device whose handler does nothing about it.</summary>
    [Scenario("A level line that nobody lowers")]
    public sealed class LineLeftHigh : IScenario
    {
        public void Build(MachineBuilder b) => Device(b);
    }
}
