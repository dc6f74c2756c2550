using System;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>An interrupt that comes again as soon as its handler returns, and what it interrupts does not go on: with a handler that executes no step, no number of steps ends such an execution.</summary>
public class InterruptStormTests
{
    private const string LineIsHigh = "Interrupt storm: PPI7 is taken on CPU0 again and again, and nothing else runs: its line is high, and nobody lowers it.";

    private static readonly CpuId s_cpu0 = new(0);

    private static ExplorationOutcome Explore(ScenarioType scenario) => Explorer.Explore(scenario, new ExplorationOptions { Strategy = "exhaustive" });

    private static ExplorationOutcome Explore(Action<MachineBuilder> build) => Explore(ScenarioType.From("storm", () => new Inline(build)));

    private static MachineBuilder Device(MachineBuilder b, int arrivals = 1, Trigger trigger = Trigger.Level) => b.Cpus(1)
        .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled))
        .Source("device", Lines.Watchdog, 0, arrivals, trigger);

    // A device whose handler looks at it and does nothing about it.
    private static MachineBuilder Counting(MachineBuilder b, Shared<int> handled, int cpus = 1) => b.Cpus(cpus)
        .Boot(() => Lines.IrqOnBootCpu(Count(handled)))
        .Source("device", Lines.Watchdog, 0, arrivals: 1, Trigger.Level);

    private static IrqHandler Count(Shared<int> handled) => [RunsIn(Context.HardIrq)] (_) =>
    {
        handled.WriteOnce(handled.ReadOnce() + 1);
        return IrqReturn.Handled;
    };

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
    public void A_handler_that_makes_steps_is_one_while_the_CPU_idles()
    {
        long longest = 0;
        ExplorationOutcome outcome = Explorer.Explore(
            ScenarioType.From("storm", () => new Inline(b => Counting(b, new Shared<int>(0, "handled")))),
            new ExplorationOptions { Strategy = "exhaustive", OnExecution = result => longest = Math.Max(longest, result.Steps) });
        Violation storm = Only(outcome);
        Assert.Equal((Harms.Hang, LineIsHigh), (storm.Law, storm.Message));
        Assert.True(outcome.Summary.Exhaustive);

        // A take is a handful of steps, and a storm a few dozen takes: far from the limit of steps.
        Assert.InRange(longest, 1, 2000);
    }

    [Fact]
    public void It_is_one_while_a_task_runs_that_touches_what_the_handler_does()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var handled = new Shared<int>(0, "handled");
            Counting(b, handled).Task(0, "reader", () => _ = handled.ReadOnce());
        });
        Assert.Null(outcome.NonDeterminism);
        Assert.NotEmpty(outcome.Violations);
        Assert.All(outcome.Violations, found => Assert.Equal((Harms.Hang, LineIsHigh), (found.Violation.Law, found.Violation.Message)));
        Assert.True(outcome.Summary.Exhaustive);
    }

    [Fact]
    public void It_is_one_when_another_CPU_had_its_turn_and_did_not_lower_the_line()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var handled = new Shared<int>(0, "handled");
            var work = new Shared<int>(0, "work");
            Counting(b, handled, cpus: 2).Task(1, "worker", () => work.WriteOnce(1));
        });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Contains(outcome.Violations, found => found.Violation.Law == Harms.Hang && found.Violation.Message == LineIsHigh);
    }

    [Fact]
    public void A_line_that_another_CPU_lowers_when_it_has_its_turn_is_no_storm()
    {
        // The worker needs a switch to get to the device, and there is none: it has its turn all the same.
        ExplorationOutcome outcome = Explore(b =>
        {
            Machine machine = null!;
            var handled = new Shared<int>(0, "handled");
            b.Cpus(2).Switches(0)
                .Boot(() => Lines.IrqOnBootCpu(Count(handled)))
                .Boot(it =>
                {
                    machine = it;
                    it.Gic.StateOf(Lines.Watchdog, s_cpu0).Trigger = Trigger.Level;
                })
                .AtEnd("the line is low", () => !machine.Gic.StateOf(Lines.Watchdog, s_cpu0).Pending)
                .Task(0, "device", () =>
                {
                    Machine.Current.Gic.Assert(Lines.Watchdog, s_cpu0);
                    _ = handled.ReadOnce();
                })
                .Task(1, "worker", () =>
                {
                    while (handled.ReadOnce() == 0)
                    {
                        Processor.Relax();
                    }

                    Machine.Current.Gic.Deassert(Lines.Watchdog, s_cpu0);
                });
        });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.DoesNotContain(outcome.Violations, found => found.Violation.Law is Harms.Hang or Harms.Assertion);
    }

    [Fact]
    public void An_interrupt_that_is_raised_again_each_time_is_no_storm()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var handled = new Shared<int>(0, "handled");
            b.Cpus(1)
                .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) =>
                {
                    int count = handled.ReadOnce() + 1;
                    handled.WriteOnce(count);
                    if (count < 100)
                    {
                        Machine.Current.Gic.Assert(Lines.Watchdog, s_cpu0);
                    }

                    return IrqReturn.Handled;
                }))
                .AtEnd("handled every time", () => handled.Peek is 0 or 100)
                .Source("device", Lines.Watchdog, 0, arrivals: 1, Trigger.Edge);
        });
        Assert.Empty(outcome.Violations);
        Assert.True(outcome.Summary.Exhaustive);
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
        ReplayFile file = Recorded.Of(ScenarioType.Of<LineLeftHigh>(), outcome, storm);
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
