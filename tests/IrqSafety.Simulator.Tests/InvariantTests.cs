using System;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What a scenario declares to hold always is checked where a step is about to run, and in what the last step leaves behind.</summary>
public class InvariantTests
{
    private static ExplorationOutcome Explore(ScenarioType scenario, MemoryModel memory = MemoryModel.Sc, int? depth = null) =>
        Explorer.Explore(scenario, new ExplorationOptions { Strategy = "exhaustive", Memory = memory, Depth = depth });

    private static ExplorationOutcome Explore(Action<MachineBuilder> build, MemoryModel memory = MemoryModel.Sc, int? depth = null) =>
        Explore(ScenarioType.From("invariants", () => new Inline(build)), memory, depth);

    [Theory]
    [InlineData(MemoryModel.Sc)]
    [InlineData(MemoryModel.Arm)]
    public void What_the_last_step_leaves_behind_is_seen(MemoryModel memory)
    {
        // The store is the last step; under arm it is in the buffer until everything is at rest.
        Violation left = Assert.Single(Explore(ScenarioType.Of<SpentAtTheEnd>(), memory).Violations).Violation;
        Assert.Equal((Harms.Assertion, null), (left.Law, left.Site));
        Assert.Equal("The invariant 'balance is not negative' does not hold, at rest.", left.Message);
    }

    [Theory]
    [InlineData(MemoryModel.Sc)]
    [InlineData(MemoryModel.Arm)]
    public void The_schedule_shows_it_where_it_ends_and_does_it_again(MemoryModel memory)
    {
        ExplorationOutcome outcome = Explore(ScenarioType.Of<SpentAtTheEnd>(), memory);
        Violation violation = Assert.Single(outcome.Violations).Violation;
        ReplayFile file = Recorded.Of(ScenarioType.Of<SpentAtTheEnd>(), outcome, violation) with { Condition = null };
        ReplayMessage replay = Replayer.Replay(file, [ScenarioType.Of<SpentAtTheEnd>()], "program");
        Assert.Equal(("reproduced", violation.Message), (replay.Outcome, replay.Message));
        ReplayEvent last = replay.Events[^1];
        Assert.Equal((ReplayEventKind.Violation, "spender", violation.Message), (last.Kind, last.Task, last.Text));
        Assert.Contains(violation.Message, replay.Steps[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_register_write_that_takes_effect_at_rest_is_seen()
    {
        ExplorationOutcome outcome = Explore(
            b =>
            {
                Machine machine = null!;
                bool open = false;
                b.Cpus(1)
                    .Boot(it =>
                    {
                        machine = it;
                        Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled);
                    })
                    .Invariant("the line stays on", () => !open || machine.Cpus[0].Redistributor[Lines.Watchdog].Enabled)
                    .Task(0, "closer", () =>
                    {
                        open = true;
                        Preemption.Disable();
                        Gicr.Disable(Lines.Watchdog);
                        Preemption.Enable();
                    });
            },
            MemoryModel.Arm);
        Assert.Contains(outcome.Violations, found => found.Violation.Message == "The invariant 'the line stays on' does not hold, at rest.");
    }

    [Fact]
    public void What_the_last_step_puts_right_is_no_violation_at_rest()
    {
        Violation during = Assert.Single(Explore(b =>
        {
            var balance = new Shared<int>(0, "balance");
            b.Cpus(1).Invariant("balance is not negative", () => balance.Peek >= 0)
                .Task(0, "spender", () =>
                {
                    balance.WriteOnce(-1);
                    balance.WriteOnce(1);
                });
        }).Violations).Violation;
        Assert.Equal("The invariant 'balance is not negative' does not hold.", during.Message);
    }

    [Fact]
    public void An_execution_that_is_cut_short_does_not_come_to_rest()
    {
        static void Build(MachineBuilder b)
        {
            int asked = 0;
            var work = new Shared<int>(0, "work");
            b.Cpus(1).Invariant("asked before the last step only", () => ++asked > 0 && work.Peek < 3)
                .Task(0, "worker", () =>
                {
                    work.WriteOnce(1);
                    work.WriteOnce(2);
                    work.WriteOnce(3);
                });
        }

        Assert.Single(Explore(Build).Violations);
        Assert.Empty(Explore(Build, depth: StepsOfBoot() + 2).Violations);

        static int StepsOfBoot()
        {
            long steps = 0;
            _ = Explorer.Explore(
                ScenarioType.From("boot", () => new Inline(b => b.Cpus(1))),
                new ExplorationOptions { Strategy = "exhaustive", OnExecution = result => steps = result.Steps });
            return (int)steps;
        }
    }

    [Fact]
    public void An_invariant_that_throws_is_said_to()
    {
        Violation thrown = Assert.Single(Explore(b =>
        {
            int[] slots = new int[1];
            var next = new Shared<int>(0, "next");
            b.Cpus(1).Invariant("the slot is free", () => slots[next.Peek] == 0)
                .Task(0, "taker", () =>
                {
                    next.WriteOnce(1);
                    _ = next.ReadOnce();
                });
        }).Violations).Violation;
        Assert.Equal(Harms.Assertion, thrown.Law);
        Assert.StartsWith("The invariant 'the slot is free' threw IndexOutOfRangeException", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_that_fail_together_at_rest_are_violations_of_their_own()
    {
        // Every execution breaks all three; 'it is written' holds.
        ExplorationOutcome outcome = Explore(ScenarioType.Of<AllWrongAtTheEnd>());
        Assert.Null(outcome.NonDeterminism);
        Assert.Equal(
            [
                "The final condition 'balance is even' does not hold.",
                "The final condition 'balance is positive' does not hold.",
                "The invariant 'balance is not negative' does not hold, at rest.",
            ],
            outcome.Violations.Select(found => found.Violation.Message).Order(StringComparer.Ordinal));
        Assert.All(outcome.Violations, found => Assert.Equal((Harms.Assertion, null), (found.Violation.Law, found.Violation.Site)));
        foreach (Violation violation in outcome.Violations.Select(found => found.Violation))
        {
            Assert.Equal(("reproduced", violation.Message), Replayed(violation, violation.Condition));
        }

        Assert.Equal("diverged", Replayed(outcome.Violations[0].Violation, "final condition 'it is written'").Outcome);

        (string Outcome, string Message) Replayed(Violation violation, string? condition)
        {
            ReplayFile file = Recorded.Of(ScenarioType.Of<AllWrongAtTheEnd>(), outcome, violation) with { Condition = condition };
            ReplayMessage replay = Replayer.Replay(file, [ScenarioType.Of<AllWrongAtTheEnd>()], "program");
            return (replay.Outcome, replay.Message!);
        }
    }

    [Fact]
    public void Conditions_that_fail_in_different_schedules_are_both_found()
    {
        // Whoever writes last decides which of the two fails, always exactly one.
        ExplorationOutcome outcome = Explore(b =>
        {
            var last = new Shared<int>(0, "last");
            b.Cpus(2)
                .AtEnd("the first is last", () => last.Peek == 1)
                .AtEnd("the second is last", () => last.Peek == 2)
                .Task(0, "first", () => last.WriteOnce(1))
                .Task(1, "second", () => last.WriteOnce(2));
        });
        Assert.Equal(
            ["The final condition 'the first is last' does not hold.", "The final condition 'the second is last' does not hold."],
            outcome.Violations.Select(found => found.Violation.Message).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Invariants_that_one_step_breaks_are_violations_of_their_own()
    {
        ExplorationOutcome outcome = Explore(b =>
        {
            var balance = new Shared<int>(0, "balance");
            b.Cpus(1)
                .Invariant("balance is not negative", () => balance.Peek >= 0)
                .Invariant("balance is even", () => balance.Peek % 2 == 0)
                .Task(0, "spender", () =>
                {
                    balance.WriteOnce(-1);
                    _ = balance.ReadOnce();
                });
        });
        Assert.Equal(
            ["The invariant 'balance is even' does not hold.", "The invariant 'balance is not negative' does not hold."],
            outcome.Violations.Select(found => found.Violation.Message).Order(StringComparer.Ordinal));
    }

    /// <summary>A task whose last step breaks an invariant and two of three final conditions.</summary>
    [Scenario("The end is wrong in three ways")]
    public sealed class AllWrongAtTheEnd : IScenario
    {
        private readonly Shared<int> _balance = new(0);

        public void Build(MachineBuilder b) => b.Cpus(1)
            .Invariant("balance is not negative", () => _balance.Peek >= 0)
            .AtEnd("balance is positive", () => _balance.Peek > 0)
            .AtEnd("it is written", () => _balance.Peek != 0)
            .AtEnd("balance is even", () => _balance.Peek % 2 == 0)
            .Task(0, "spender", () => _balance.WriteOnce(-1));
    }

    /// <summary>A task whose last step breaks the invariant.</summary>
    [Scenario("The balance is spent at the end")]
    public sealed class SpentAtTheEnd : IScenario
    {
        private readonly Shared<int> _balance = new(0);

        public void Build(MachineBuilder b) => b.Cpus(1)
            .Invariant("balance is not negative", () => _balance.Peek >= 0)
            .Task(0, "spender", () => _balance.WriteOnce(-1));
    }
}
