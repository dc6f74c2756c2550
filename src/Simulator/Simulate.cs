using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace IrqSafety.Simulator;

/// <summary>Options of <see cref="Simulate"/>.</summary>
public sealed record SimulationOptions
{
    /// <summary>How to explore.</summary>
    public ExplorationOptions Exploration { get; init; } = new();

    /// <summary>Receives the report, line by line; null for nobody.</summary>
    public Action<string>? Write { get; init; }
}

/// <summary>Explores scenarios from any test framework, in the test's own process.</summary>
public static class Simulate
{
    /// <summary>Explores the scenario and returns what was explored.</summary>
    /// <exception cref="SimulationFailedException">Some schedule broke a law or did harm, or the program is not deterministic.</exception>
    /// <exception cref="ScenarioException">The scenario cannot be built.</exception>
    public static ExplorationMessage Run<TScenario>(SimulationOptions? options = null)
        where TScenario : IScenario, new()
    {
        options ??= new SimulationOptions();
        ExplorationOutcome outcome = Explorer.Explore(ScenarioType.Of<TScenario>(), options.Exploration);
        string report = Report(outcome);
        foreach (string line in report.Split('\n'))
        {
            options.Write?.Invoke(line);
        }

        return outcome.Violations.Count == 0 && outcome.NonDeterminism is null ? outcome.Summary : throw new SimulationFailedException(report, outcome);
    }

    private static string Report(ExplorationOutcome outcome)
    {
        ExplorationMessage summary = outcome.Summary;
        var report = new StringBuilder();
        _ = report.Append($"{summary.Scenario} on {summary.Profile}, memory {summary.Memory}: {summary.Executions} executions ({summary.Strategy}), {(summary.Exhaustive ? "exhaustive" : "not exhaustive")} within {summary.Bound}");
        foreach (MinimisedViolation found in outcome.Violations)
        {
            Violation violation = found.Violation;
            _ = report.Append($"\n{violation.Law} ({violation.Evidence.ToString().ToLowerInvariant()}) {violation.Source ?? violation.Site?.ToString()}\n  {violation.Message}");
            foreach (string line in violation.Detail.Concat(violation.Schedule.Select(decision => $"schedule: {decision}")))
            {
                _ = report.Append("\n    ").Append(line);
            }
        }

        if (outcome.NonDeterminism is { } difference)
        {
            _ = report.Append("\nThe program does not do the same twice: ").Append(difference);
        }

        return report.ToString();
    }
}

/// <summary>A scenario failed. The message is the report.</summary>
public sealed class SimulationFailedException : Exception
{
    internal SimulationFailedException(string report, ExplorationOutcome outcome)
        : base(report) => Outcome = outcome;

    /// <summary>What was found.</summary>
    public ExplorationOutcome Outcome { get; }
}
