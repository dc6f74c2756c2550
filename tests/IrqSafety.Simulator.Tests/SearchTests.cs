using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>What the strategies promise of a search, its budgets, its parts, and that it goes on where it stood.</summary>
public sealed class SearchTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("irqsafety-search-");

    public void Dispose() => _folder.Delete(recursive: true);

    private static ExplorationOutcome Explore<T>(ExplorationOptions options)
        where T : IScenario, new() => Explorer.Explore(ScenarioType.Of<T>(), options);

    private static SortedSet<string> Found(ExplorationOutcome outcome) =>
        new(outcome.Violations.Select(found => found.Violation.Key), StringComparer.Ordinal);

    [Theory]
    [InlineData("dpor", true)]
    [InlineData("exhaustive", true)]
    [InlineData("preemption", true)]
    [InlineData("portfolio", true)]
    [InlineData("pct", false)]
    [InlineData("random", false)]
    public void Every_strategy_finds_the_deadlock_and_says_what_it_explored(string strategy, bool exhaustive)
    {
        ExplorationOutcome outcome = Explore<OppositeOrders>(new ExplorationOptions { Strategy = strategy, Executions = exhaustive ? null : 300 });
        Assert.Contains(outcome.Violations, found => found.Violation.Evidence == Evidence.Harm);
        Assert.Equal(exhaustive, outcome.Summary.Exhaustive);
        Assert.Contains(exhaustive ? "2 preemptive switches" : "any number of preemptive switches", outcome.Summary.Bound, StringComparison.Ordinal);
    }

    // The pruned execution meets code that is new, and is run again with its sites: this time to its end.
    [Fact]
    public void An_execution_that_was_pruned_may_end_otherwise_when_it_is_run_again()
    {
        ExplorationOutcome outcome = Explore<AlwaysWrongAtItsEnd>(new ExplorationOptions { Strategy = "exhaustive" });
        Assert.Null(outcome.NonDeterminism);
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Contains(outcome.Violations, found => found.Violation.Evidence == Evidence.Harm);
    }

    [Fact]
    public void Delay_bounding_is_exhaustive_when_no_schedule_needs_more_delays()
    {
        var states = new Dictionary<string, SortedSet<int>>();
        foreach (string strategy in new[] { "delay", "exhaustive" })
        {
            SortedSet<int> seen = states[strategy] = [];
            ExplorationOutcome outcome = Explorer.Explore(
                ScenarioType.From("counter", () => new Counter(seen)),
                new ExplorationOptions { Strategy = strategy, InjectEveryPoint = strategy == "exhaustive" });
            Assert.True(outcome.Summary.Exhaustive);
        }

        Assert.Equal(states["exhaustive"], states["delay"]);
        Assert.Equal([1, 2], states["delay"]);
    }

    [Fact]
    public void A_search_that_the_budget_ends_is_not_exhaustive()
    {
        Assert.False(Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Executions = 2 }).Summary.Exhaustive);
        ExplorationOutcome shallow = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Depth = 4 });
        Assert.False(shallow.Summary.Exhaustive);
        Assert.Empty(shallow.Violations);
        Assert.EndsWith("4 steps", shallow.Summary.Bound, StringComparison.Ordinal);
    }

    [Fact]
    public void The_probability_of_a_miss_needs_fixed_data()
    {
        ExplorationOutcome outcome = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "pct", Executions = 400 });
        Assert.StartsWith("≤ ", outcome.Summary.MissBound, StringComparison.Ordinal);
        MissBound miss = outcome.Summary.Miss!;
        Assert.Equal(3, miss.Depth);
        double expected = Math.Pow(1 - (1 / (miss.Processes * Math.Pow(miss.Steps, 2))), miss.Executions);
        Assert.Contains($"{expected:0.###e+0} for depth 3 (n = {miss.Processes}, k = {miss.Steps}, {miss.Executions} executions)", outcome.Summary.MissBound, StringComparison.Ordinal);

        ExplorationOutcome choosing = Explorer.Explore(
            ScenarioType.From("allocates", () => new Allocates()), new ExplorationOptions { Strategy = "pct", Executions = 50 });
        Assert.Equal(MissBound.None, choosing.Summary.MissBound);
        Assert.Equal(MissBound.None, Explore<OppositeOrders>(new ExplorationOptions { Strategy = "random", Executions = 50 }).Summary.MissBound);
    }

    [Theory]
    [InlineData("dpor", false)]
    [InlineData("exhaustive", true)]
    public void The_parts_of_a_search_make_the_whole(string strategy, bool everyPoint)
    {
        var program = new GeneratedProgram(3);
        SortedSet<string> whole = States(1, 0);
        var parts = new SortedSet<string>(StringComparer.Ordinal);
        for (int part = 0; part < 3; part++)
        {
            parts.UnionWith(States(3, part));
        }

        Assert.True(whole.Count > 3);
        Assert.Equal(whole, parts);

        SortedSet<string> States(int count, int part)
        {
            var states = new SortedSet<string>(StringComparer.Ordinal);
            ExplorationOutcome outcome = Explorer.Explore(
                ScenarioType.From("generated", () => new GeneratedScenario(program, 2, states)),
                new ExplorationOptions { Strategy = strategy, InjectEveryPoint = everyPoint, Parts = count, Part = part, ConfirmsViolations = false });
            Assert.True(outcome.Summary.Exhaustive);
            return states;
        }
    }

    [Theory]
    [InlineData("dpor")]
    [InlineData("portfolio")]
    public void A_search_that_was_ended_goes_on_where_it_stood(string strategy)
    {
        ExplorationOutcome whole = Explore<OppositeOrders>(new ExplorationOptions { Strategy = strategy });
        long before = 0;
        ExplorationOutcome last;
        int runs = 0;
        do
        {
            // Each run is ended after a few executions more, as if it were killed.
            last = Explore<OppositeOrders>(new ExplorationOptions { Strategy = strategy, Executions = before + 7, Checkpoint = Place() });
            Assert.True(last.Summary.Executions > before || last.Summary.Exhaustive);
            before = last.Summary.Executions;
        }
        while (!last.Summary.Exhaustive && ++runs < 100);

        Assert.True(runs > 1);
        Assert.Equal(Found(whole), Found(last));
        if (strategy == "dpor")
        {
            Assert.Equal(whole.Summary.Executions, last.Summary.Executions);
        }
    }

    [Fact]
    public void A_search_that_ended_is_not_made_again()
    {
        ExplorationOutcome first = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Checkpoint = Place() });
        int executions = 0;
        ExplorationOutcome again = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Checkpoint = Place(), OnExecution = _ => executions++ });
        Assert.Equal(0, executions);
        Assert.True(again.Summary.Exhaustive);
        Assert.Equal(Found(first), Found(again));
    }

    [Fact]
    public void A_damaged_or_foreign_checkpoint_is_refused_and_left_alone()
    {
        _ = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Executions = 3, Checkpoint = Place() });
        string good = File.ReadAllText(Place().Path);
        AssertRefused("another search", () => Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Bound = 1, Checkpoint = Place() }));
        AssertRefused("another search", () => Explore<NmiTakesTheTasksLock>(new ExplorationOptions { Strategy = "dpor", Checkpoint = Place() }));
        AssertRefused("another build", () => Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Checkpoint = Place() with { ProgramHash = "other" } }));
        Assert.Equal(good, File.ReadAllText(Place().Path));

        foreach (string damaged in new[] { "", "{", good[..(good.Length / 2)], "{\"schema\": 1}", "[]", good.Replace("\"schema\":1", "\"schema\":9", StringComparison.Ordinal) })
        {
            File.WriteAllText(Place().Path, damaged);
            AssertRefused("left as it is", () => Explore<OppositeOrders>(new ExplorationOptions { Strategy = "dpor", Checkpoint = Place() }));
            Assert.Equal(damaged, File.ReadAllText(Place().Path));
        }

        static void AssertRefused(string because, Action explore) =>
            Assert.Contains(because, Assert.Throws<CheckpointException>(explore).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schedule_is_minimal_when_none_has_fewer_switches_or_injections()
    {
        MinimisedViolation deadlock = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "random", Executions = 300, Seed = 5 })
            .Violations.First(found => found.Violation.Evidence == Evidence.Harm);
        Assert.Equal("minimal", deadlock.Minimality);
        Assert.Equal(1, deadlock.Violation.Schedule.Sum(decision => decision.Cost));

        MinimisedViolation self = Explore<NmiTakesTheTasksLock>(new ExplorationOptions { Strategy = "random", Executions = 100 })
            .Violations.First(found => found.Violation.Evidence == Evidence.Harm);
        Assert.Equal("minimal", self.Minimality);
        Assert.Single(self.Violation.Schedule);
    }

    [Fact]
    public void Progress_says_how_fast_and_how_long_still()
    {
        var seen = new List<ProgressMessage>();
        _ = Explore<OppositeOrders>(new ExplorationOptions { Strategy = "random", Time = TimeSpan.FromSeconds(1.5), OnProgress = seen.Add });
        Assert.NotEmpty(seen);
        Assert.All(seen, message =>
        {
            Assert.True(message.Rate > 0);
            Assert.InRange(message.MillisecondsLeft!.Value, 0, 1500);
            Assert.Null(message.Covered);
        });
    }

    private CheckpointPlace Place() => new(Path.Combine(_folder.FullName, "search.json"), "program", TimeSpan.Zero);

    private sealed class Counter(ISet<int> seen) : IScenario
    {
        private readonly Shared<int> _count = new(0, "count");

        public void Build(MachineBuilder b) => b.Cpus(2)
            .Task(0, "a", () => _count.Add(1))
            .Task(1, "b", () => _count.Add(1))
            .AtEnd("noted", () => seen.Add(_count.Peek) || true);
    }

    private sealed class Allocates : IScenario
    {
        public void Build(MachineBuilder b) => b.Cpus(1).Fault("kmalloc").Task(0, "allocates", () => _ = Slab.Allocate(16));
    }

    private sealed class AlwaysWrongAtItsEnd : IScenario
    {
        private static readonly IntId s_line = IntId.Spi(9);

        public void Build(MachineBuilder b) => b.Cpus(2)
            .Task(0, "console", static () =>
            {
                using (CpusLock.LockRead())
                {
                    _ = Irq.SetAffinity(s_line, new CpuId(1));
                    _ = Irq.RequestIrq(s_line, static _ => IrqReturn.Handled, IrqRequestFlags.None, "uart");
                }
            })
            .Hotplug(1, upAgain: false)
            .Source("break", s_line, cpu: 1)
            .AtEnd("never", static () => false);
    }
}
