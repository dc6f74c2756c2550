using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Simulator;
using IrqSafety.Simulator.Tests;
using Xunit;

namespace IrqSafety.Samples.Tests;

/// <summary>
/// Reduced and unreduced search agree, under the scenario's own bound, on what goes wrong where in the samples with mistakes, and on the states they end in.
/// </summary>
public class AgreementTests(ITestOutputHelper output)
{
    private const long LargestUnreduced = 2_000;
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    private static IEnumerable<Type> Scenarios =>
        typeof(AgreementTests).Assembly.GetTypes().Where(type => typeof(IScenario).IsAssignableFrom(type) && type.IsPublic).OrderBy(type => type.FullName, StringComparer.Ordinal);

    [Fact]
    public void Every_sample_agrees()
    {
        Type[] scenarios = [.. Scenarios];
        var tooLarge = new List<string>();
        var disagree = new List<string>();
        int states = 0;
        long with = 0;
        long without = 0;
        foreach (Type scenario in scenarios)
        {
            Search unreduced = Explore(scenario, everyPoint: true);
            if (!unreduced.Exhaustive)
            {
                tooLarge.Add(scenario.FullName!);
                continue;
            }

            Search reduced = Explore(scenario, everyPoint: false);
            Assert.True(reduced.Exhaustive, scenario.FullName);
            if (!unreduced.Outcomes.SetEquals(reduced.Outcomes))
            {
                output.WriteLine($"{scenario.FullName}: {Outcomes.Difference("outcomes", unreduced.Outcomes, reduced.Outcomes)}");
                disagree.Add(scenario.FullName!);
            }
            else if (!unreduced.States.SetEquals(reduced.States))
            {
                output.WriteLine($"{scenario.FullName}: {Outcomes.Difference("final states", unreduced.States, reduced.States)}");
                disagree.Add(scenario.FullName!);
            }
            else
            {
                states += unreduced.States.Count(state => state.Length > 0);
            }

            with += reduced.Executions;
            without += unreduced.Executions;
        }

        int compared = scenarios.Length - tooLarge.Count;
        output.WriteLine($"{compared - disagree.Count} of {compared} scenarios compared agree, of {scenarios.Length}, on {states} final states with shared cells; {with} executions instead of {without}");
        Assert.NotEqual(0, states);
        output.WriteLine($"too large to finish {LargestUnreduced} executions unreduced, not compared: {string.Join(", ", tooLarge)}");
        Assert.NotEmpty(scenarios);
        Assert.Empty(disagree);
        Assert.True(tooLarge.Count < scenarios.Length);
    }

    private static Search Explore(Type scenario, bool everyPoint)
    {
        var outcomes = new SortedSet<string>(StringComparer.Ordinal);
        var states = new SortedSet<string>(StringComparer.Ordinal);
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.From(scenario.FullName!, () => new FinalStates((IScenario)Activator.CreateInstance(scenario)!, states)), new ExplorationOptions
        {
            Strategy = "exhaustive",
            InjectEveryPoint = everyPoint,
            Executions = everyPoint ? LargestUnreduced : null,
            Time = everyPoint ? s_longest : null,
            ConfirmsViolations = false,
            OnExecution = result => Outcomes.Note(result, outcomes),
        });
        Assert.Null(outcome.NonDeterminism);
        return new Search(outcomes, states, outcome.Summary.Exhaustive, outcome.Summary.Executions);
    }

    private sealed record Search(SortedSet<string> Outcomes, SortedSet<string> States, bool Exhaustive, long Executions);
}
