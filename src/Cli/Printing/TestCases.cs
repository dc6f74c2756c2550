using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>A scenario, or a finding, as a test case.</summary>
/// <param name="Project">The project.</param>
/// <param name="Kind"><c>scenarios</c> or <c>findings</c>.</param>
/// <param name="Name">Its name, the same in every run that finds the same.</param>
/// <param name="Milliseconds">How long it took.</param>
internal sealed record TestCase(string Project, string Kind, string Name, long Milliseconds)
{
    /// <summary>What it belongs to, as a class name.</summary>
    public string ClassName => $"{Project}.{Kind}";

    /// <summary>What is wrong, one sentence each; empty when it passed.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>Why it could not be judged; null when it was.</summary>
    public string? Aborted { get; init; }

    /// <summary>What was explored, for a scenario.</summary>
    public string? Explored { get; init; }

    /// <summary>The test cases of a report: each scenario on its profile, then each finding.</summary>
    public static IReadOnlyList<TestCase> Of(Report report, Terminal terminal) =>
    [
        .. report.Projects.SelectMany(project =>
            project.Explorations.Select(run => Scenario(project, run, terminal))
                .Concat(project.Aborted.Where(aborted => !project.Explorations.Any(run => OnProfile(run) == aborted.Scenario || run.Scenario == aborted.Scenario)).Select(aborted => Unfinished(project, aborted)))
                .Concat(project.Findings.Select(finding => Finding(project, finding, terminal)))),
    ];

    private static TestCase Scenario(ProjectReport project, ExplorationMessage run, Terminal terminal) =>
        new(project.Name, "scenarios", OnProfile(run), run.Milliseconds)
        {
            Explored = $"{run.Strategy}, {run.Executions} executions, {run.Bound}, memory {run.Memory}{(run.Exhaustive ? ", exhaustive" : $", not exhaustive, miss bound: {run.MissBound}")}",
            Failures =
            [
                .. project.Violations.Select(judged => judged.Violation)
                    .Where(violation => violation.Scenario == run.Scenario && violation.Profile == run.Profile)
                    .Select(violation => Describe(violation, terminal)),
            ],
            Aborted = project.Aborted.FirstOrDefault(aborted => aborted.Scenario == run.Scenario || aborted.Scenario == OnProfile(run))?.Reason,
        };

    private static TestCase Unfinished(ProjectReport project, AbortedScenario aborted) =>
        new(project.Name, "scenarios", aborted.Scenario, 0) { Aborted = aborted.Reason };

    private static TestCase Finding(ProjectReport project, SettledFinding settled, Terminal terminal)
    {
        string place = $"{terminal.Display(settled.Finding.Place.File)}:{settled.Finding.Place.Line}:{settled.Finding.Place.Column}";
        string verdict = settled.Verdict is { } known ? $" ({known.Name()}{(settled.Evidence.Name() is { } evidence ? $", {evidence}" : "")})" : "";
        return new TestCase(project.Name, "findings", $"{settled.Finding.Rule.Id} {place}", 0) { Failures = [$"{settled.Finding.Message}{verdict}{Replay(settled.Violation, terminal)}"] };
    }

    private static string Describe(ViolationMessage violation, Terminal terminal) =>
        $"{violation.Law} ({violation.Evidence}): {terminal.Shorten(violation.Message)}{Replay(violation, terminal)}";

    private static string Replay(ViolationMessage? violation, Terminal terminal) =>
        violation?.Replay is { } replay ? $" irqsafety replay {terminal.Display(replay)}" : "";

    private static string OnProfile(ExplorationMessage run) => $"{run.Scenario} on {run.Profile}";
}
