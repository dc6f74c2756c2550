using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Schedules;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>What a verb found out: every format is a view of this.</summary>
internal sealed record Report
{
    /// <summary>True when the analyzers' findings are part of it.</summary>
    public required bool Static { get; init; }

    /// <summary>How scenarios were explored; null when none were.</summary>
    public SimulationSettings? Settings { get; init; }

    /// <summary>The projects, in order.</summary>
    public IReadOnlyList<ProjectReport> Projects { get; init; } = [];

    /// <summary>The schedules of the violations, replayed; empty unless the format shows them.</summary>
    public IReadOnlyList<ScheduleRecord> Schedules { get; init; } = [];

    /// <summary>All findings.</summary>
    public IEnumerable<SettledFinding> Findings => Projects.SelectMany(project => project.Findings);

    /// <summary>All violations.</summary>
    public IEnumerable<JudgedViolation> Violations => Projects.SelectMany(project => project.Violations);

    /// <summary>All explorations.</summary>
    public IEnumerable<ExplorationMessage> Explorations => Projects.SelectMany(project => project.Explorations);

    /// <summary>All searches that were not finished.</summary>
    public IEnumerable<AbortedScenario> Aborted => Projects.SelectMany(project => project.Aborted);

    /// <summary>The profiles that the results hold for.</summary>
    public string? Profile
    {
        get
        {
            string[] names = [.. Explorations.Select(exploration => exploration.Profile).Distinct().Order(System.StringComparer.Ordinal)];
            return names.Length == 0 ? null : string.Join(", ", names);
        }
    }

    /// <summary>The exit code it means.</summary>
    public ExitCode ExitCode =>
        Findings.Any() || Violations.Any() ? ExitCode.Found
        : Aborted.Any() ? ExitCode.Aborted
        : Settings is not null && !Explorations.Any() ? ExitCode.NothingRan
        : ExitCode.Clean;
}

/// <summary>What was found out about one project.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Path">Full path of its file.</param>
internal sealed record ProjectReport(string Name, string Path)
{
    /// <summary>True when the analyzers took part in its compile.</summary>
    public bool Analyzed { get; init; }

    /// <summary>Its findings, with their verdicts where there are any.</summary>
    public IReadOnlyList<SettledFinding> Findings { get; init; } = [];

    /// <summary>The violations in its scenarios.</summary>
    public IReadOnlyList<JudgedViolation> Violations { get; init; } = [];

    /// <summary>What was explored.</summary>
    public IReadOnlyList<ExplorationMessage> Explorations { get; init; } = [];

    /// <summary>The searches that were not finished.</summary>
    public IReadOnlyList<AbortedScenario> Aborted { get; init; } = [];
}
