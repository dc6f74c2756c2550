using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Litmus tests of the memory models: the outcomes that a search over the whole space reaches.</summary>
public class LitmusTests
{
    /// <summary>The values that the reads of two tasks return, over all executions.</summary>
    private static SortedSet<string> Outcomes(MemoryModel memory, Func<Cells, Func<int>[]> left, Func<Cells, Func<int>[]> right, bool reductions = true)
    {
        var outcomes = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome explored = Explorer.Explore(
            ScenarioType.From("litmus", () => new Inline(b =>
            {
                var cells = new Cells();
                var results = new List<string>[] { [], [] };
                b.Cpus(2).Switches(3)
                    .Task(0, "left", () => Run(left(cells), results[0]))
                    .Task(1, "right", () => Run(right(cells), results[1]))
                    .AtEnd("noted", () => outcomes.Add(string.Join(' ', results.SelectMany(each => each)) + $" | x={cells.X.Peek} y={cells.Y.Peek}") || true);
            })),
            new ExplorationOptions { Strategy = "exhaustive", Memory = memory, InjectEveryPoint = !reductions });
        Assert.DoesNotContain(explored.Violations, found => found.Violation.Law == Harms.Assertion);
        Assert.Null(explored.NonDeterminism);
        Assert.True(explored.Summary.Exhaustive);
        Assert.Equal(memory == MemoryModel.Arm ? "arm" : "sc", explored.Summary.Memory);
        return outcomes;
    }

    private static void Run(Func<int>[] steps, List<string> results)
    {
        foreach (Func<int> step in steps)
        {
            int result = step();
            if (result >= 0)
            {
                results.Add(result.ToString(CultureInfo.InvariantCulture));
            }
        }
    }

    private static Func<int> Write(Shared<int> cell, int value) => () =>
    {
        cell.WriteOnce(value);
        return -1;
    };

    private static Func<int> Do(Action action) => () =>
    {
        action();
        return -1;
    };

    private static bool Reads(SortedSet<string> outcomes, string values) => outcomes.Any(outcome => outcome.StartsWith(values + " |", StringComparison.Ordinal));

    private static SortedSet<string> StoreBuffering(MemoryModel memory, Action? between = null, bool reductions = true) => Outcomes(
        memory,
        cells => [Write(cells.X, 1), Do(between ?? (() => { })), cells.Y.ReadOnce],
        cells => [Write(cells.Y, 1), Do(between ?? (() => { })), cells.X.ReadOnce],
        reductions);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Store_buffering_is_seen_under_arm_without_a_barrier(bool reductions)
    {
        Assert.False(Reads(StoreBuffering(MemoryModel.Sc, reductions: reductions), "0 0"));
        SortedSet<string> outcomes = StoreBuffering(MemoryModel.Arm, reductions: reductions);
        Assert.All(["0 0", "0 1", "1 0", "1 1"], outcome => Assert.True(Reads(outcomes, outcome), outcome));
    }

    [Fact]
    public void A_dmb_on_both_sides_forbids_store_buffering() => Assert.False(Reads(StoreBuffering(MemoryModel.Arm, Barrier.Dmb), "0 0"));

    [Fact]
    public void A_dsb_on_both_sides_forbids_it_too() => Assert.False(Reads(StoreBuffering(MemoryModel.Arm, Barrier.Dsb), "0 0"));

    [Fact]
    public void An_isb_orders_no_memory() => Assert.True(Reads(StoreBuffering(MemoryModel.Arm, Barrier.Isb), "0 0"));

    [Fact]
    public void An_atomic_or_a_lock_between_drains_the_buffer()
    {
        var other = new Shared<int>(0, "other");
        Assert.False(Reads(StoreBuffering(MemoryModel.Arm, () => other.FetchAdd(1)), "0 0"));
        var @lock = new RawSpinLock("between");
        Assert.False(Reads(StoreBuffering(MemoryModel.Arm, () => @lock.Lock().Dispose()), "0 0"));
    }

    [Fact]
    public void A_release_store_is_seen_at_once() => Assert.False(Reads(
        Outcomes(
            MemoryModel.Arm,
            cells => [Do(() => cells.X.StoreRelease(1)), cells.Y.ReadOnce],
            cells => [Do(() => cells.Y.StoreRelease(1)), cells.X.ReadOnce]),
        "0 0"));

    [Fact]
    public void A_barrier_on_one_side_only_does_not_forbid_it() => Assert.True(Reads(
        Outcomes(
            MemoryModel.Arm,
            cells => [Write(cells.X, 1), Do(Barrier.Dmb), cells.Y.ReadOnce],
            cells => [Write(cells.Y, 1), cells.X.ReadOnce]),
        "0 0"));

    // Stores leave the buffer in order and loads are not reordered: what this pattern needs is outside the model, with or without barriers.
    [Theory]
    [InlineData(MemoryModel.Sc)]
    [InlineData(MemoryModel.Arm)]
    public void Message_passing_stays_in_order(MemoryModel memory)
    {
        SortedSet<string> outcomes = Outcomes(memory, cells => [Write(cells.X, 1), Write(cells.Y, 1)], cells => [cells.Y.ReadOnce, cells.X.ReadOnce]);
        Assert.False(Reads(outcomes, "1 0"));
        Assert.All(["0 0", "0 1", "1 1"], outcome => Assert.True(Reads(outcomes, outcome), outcome));
    }

    [Fact]
    public void Load_buffering_stays_in_order() =>
        Assert.False(Reads(Outcomes(MemoryModel.Arm, cells => [cells.X.ReadOnce, Write(cells.Y, 1)], cells => [cells.Y.ReadOnce, Write(cells.X, 1)]), "1 1"));

    [Fact]
    public void One_location_is_coherent()
    {
        // Reads never go back, a CPU sees its own stores, and all agree on the last.
        SortedSet<string> readers = Outcomes(MemoryModel.Arm, cells => [Write(cells.X, 1), Write(cells.X, 2)], cells => [cells.X.ReadOnce, cells.X.ReadOnce]);
        Assert.All(["1 0", "2 0", "2 1"], outcome => Assert.False(Reads(readers, outcome), outcome));
        Assert.All(["0 0", "0 1", "0 2", "1 2", "2 2"], outcome => Assert.True(Reads(readers, outcome), outcome));
        Assert.All(readers, outcome => Assert.EndsWith("x=2 y=0", outcome, StringComparison.Ordinal));

        SortedSet<string> writers = Outcomes(MemoryModel.Arm, cells => [Write(cells.X, 1), cells.X.ReadOnce], cells => [Write(cells.X, 2), cells.X.ReadOnce]);
        Assert.DoesNotContain(writers, outcome => outcome.StartsWith("2 1", StringComparison.Ordinal));
        Assert.Contains(writers, outcome => outcome.StartsWith("1 2", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_polled_for_is_seen_in_finite_time()
    {
        SortedSet<string> outcomes = Outcomes(
            MemoryModel.Arm,
            cells => [Write(cells.X, 7), Write(cells.Y, 1)],
            cells =>
            [
                Do(() =>
                {
                    while (cells.Y.ReadOnce() == 0)
                    {
                        Processor.Relax();
                    }
                }),
                cells.X.ReadOnce,
            ]);
        Assert.Equal(["7 | x=7 y=1"], outcomes);
    }

    [Fact]
    public void A_handler_sees_the_stores_of_the_CPU_it_interrupts()
    {
        var seen = new SortedSet<int>();
        ExplorationOutcome outcome = Explorer.Explore(
            ScenarioType.From("own stores", () => new Inline(b =>
            {
                var cell = new Shared<int>(0, "cell");
                b.Cpus(1)
                    .Boot(() => Lines.IrqOnBootCpu([RunsIn(Context.HardIrq)] (_) =>
                    {
                        seen.Add(cell.ReadOnce());
                        return IrqReturn.Handled;
                    }))
                    .Task(0, "task", () =>
                    {
                        cell.WriteOnce(1);
                        cell.WriteOnce(2);
                    })
                    .Source("watchdog", Lines.Watchdog, 0);
            })),
            new ExplorationOptions { Strategy = "exhaustive", Memory = MemoryModel.Arm });
        Assert.True(outcome.Summary.Exhaustive);
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public void The_bound_says_how_much_may_be_late()
    {
        ExplorationMessage summary = Explorer.Explore(
            ScenarioType.From("bound", () => new Inline(b => b.Cpus(1).Task(0, "task", () => Barrier.Dmb()))),
            new ExplorationOptions { Memory = MemoryModel.Arm }).Summary;
        Assert.EndsWith("at most 3 effects late", summary.Bound, StringComparison.Ordinal);
        Assert.Equal("arm", summary.Memory);
    }

    private sealed class Cells
    {
        public Shared<int> X { get; } = new(0, "x");

        public Shared<int> Y { get; } = new(0, "y");
    }
}
