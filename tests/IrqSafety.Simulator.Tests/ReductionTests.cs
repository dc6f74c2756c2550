using System;
using System.Collections.Generic;
using System.Globalization;
using Xunit;

namespace IrqSafety.Simulator.Tests;

/// <summary>Reduced and unreduced search agree, under one bound, on what goes wrong where and on the states programs end in.</summary>
public class ReductionTests(ITestOutputHelper output)
{
    // A program whose unreduced search has not ended after this many executions is not compared.
    private const long LargestUnreduced = 60_000;

    [Fact]
    public void Generated_programs_agree() => Compare(first: 0, count: 16, switches: 2);

    [Fact]
    public void Programs_with_ipis_wake_ups_and_abrupt_ends_agree() => Compare(first: 0, count: 16, switches: 2, GeneratedKind.Wide);

    [Fact]
    public void They_agree_where_deadlines_may_pass_anywhere() => Compare(first: 100, count: 5, switches: 2, GeneratedKind.Wide, earlyTimeouts: true);

    [Fact]
    public void Programs_with_two_ipis_from_two_CPUs_agree() => Compare(first: 60, count: 20, switches: 2, GeneratedKind.Crossed);

    [Fact]
    public void Programs_of_the_interrupt_controller_agree() => Compare(first: 60, count: 6, switches: 2, GeneratedKind.Controller);

    // The thousand are plain:0:250, wide:0:250, crossed:0:250 and controller:0:300. IRQSAFETY_PROGRAMS=controller:0:100 are programs 0 to 99 of the interrupt controller,
    // and controller:0:100:5 the first hundred of at most 5 points, without a bound on switches.
    [Fact(Explicit = true)]
    [Trait("Category", "Slow")]
    public void A_slice_of_a_thousand_generated_programs_agrees()
    {
        string[] slice = (Environment.GetEnvironmentVariable("IRQSAFETY_PROGRAMS") ?? "controller:0:100").Split(':');
        bool isUnbounded = slice.Length > 3;
        Compare(
            int.Parse(slice[1], CultureInfo.InvariantCulture),
            int.Parse(slice[2], CultureInfo.InvariantCulture),
            isUnbounded ? Explorer.Unbounded : 2,
            Enum.Parse<GeneratedKind>(slice[0], ignoreCase: true),
            mostPoints: isUnbounded ? int.Parse(slice[3], CultureInfo.InvariantCulture) : null);
    }

    internal void Compare(int first, int count, int switches, GeneratedKind kind = GeneratedKind.Plain, bool earlyTimeouts = false, int? mostPoints = null)
    {
        var disagree = new List<string>();
        int compared = 0;
        int tooLarge = 0;
        long reducedExecutions = 0;
        long unreducedExecutions = 0;
        for (int seed = first; seed < first + count; seed++)
        {
            var program = new GeneratedProgram(seed, kind, mostPoints);
            Summary unreduced = Explore(program, switches, everyPoint: true, earlyTimeouts);
            if (!unreduced.Exhaustive)
            {
                tooLarge++;
                continue;
            }

            Summary reduced = Explore(program, switches, everyPoint: false, earlyTimeouts);
            Assert.True(reduced.Exhaustive, $"program {seed}: {program}");
            if (!unreduced.Outcomes.SetEquals(reduced.Outcomes))
            {
                disagree.Add(Difference("outcomes", seed, program, unreduced.Outcomes, reduced.Outcomes));
            }
            else if (!unreduced.States.SetEquals(reduced.States))
            {
                disagree.Add(Difference("final states", seed, program, unreduced.States, reduced.States));
            }

            compared++;
            reducedExecutions += reduced.Executions;
            unreducedExecutions += unreduced.Executions;
        }

        output.WriteLine($"programs {first} to {first + count - 1}: {compared - disagree.Count} of {compared} agree ({tooLarge} too large to finish unreduced, not compared); {reducedExecutions} executions instead of {unreducedExecutions}");
        Assert.True(disagree.Count == 0, string.Join("\n\n", disagree));
        Assert.True(compared >= count * 9 / 10, $"{compared} of {count} were small enough");
    }

    private static Summary Explore(GeneratedProgram program, int switches, bool everyPoint, bool earlyTimeouts)
    {
        var states = new SortedSet<string>(StringComparer.Ordinal);
        var outcomes = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From("generated", () => new GeneratedScenario(program, 2, states)), new ExplorationOptions
        {
            Strategy = "exhaustive",
            Bound = switches,
            InjectEveryPoint = everyPoint,
            EarlyTimeouts = earlyTimeouts,
            Executions = LargestUnreduced,
            ConfirmsViolations = false,
            OnExecution = result => Outcomes.Note(result, outcomes),
        });
        Assert.Null(outcome.NonDeterminism);
        return new Summary(outcomes, states, outcome.Summary.Exhaustive, outcome.Summary.Executions);
    }

    private static string Difference(string what, int seed, GeneratedProgram program, SortedSet<string> unreduced, SortedSet<string> reduced) =>
        $"program {seed}: {program}\n{Outcomes.Difference(what, unreduced, reduced)}";

    private sealed record Summary(SortedSet<string> Outcomes, SortedSet<string> States, bool Exhaustive, long Executions);
}

/// <summary>The same without a bound. A class of its own: the two run at the same time.</summary>
public class UnboundedReductionTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(nameof(GeneratedKind.Plain), 10, 8)]
    [InlineData(nameof(GeneratedKind.Wide), 10, 8)]
    [InlineData(nameof(GeneratedKind.Controller), 4, 5)]
    [InlineData(nameof(GeneratedKind.Crossed), 10, 9, 2140)]
    public void They_agree_where_nothing_bounds_the_switches(string kind, int count, int mostPoints, int first = 2000) =>
        new ReductionTests(output).Compare(first, count, Explorer.Unbounded, Enum.Parse<GeneratedKind>(kind), mostPoints: mostPoints);
}
