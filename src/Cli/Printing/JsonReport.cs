using System.Collections.Generic;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;

namespace IrqSafety.Cli.Printing;

/// <summary>The report as one JSON object. Its names are part of the tool's interface; a change of meaning changes <c>schema</c>.</summary>
internal static class JsonReport
{
    private const int Schema = 1;

    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the report.</summary>
    public static void Write(Report report, Terminal terminal)
    {
        var document = new Document(
            Schema,
            report.Profile,
            [.. report.Findings.Select(finding => Finding(finding, terminal))],
            [.. report.Violations.Select(violation => Violation(violation, terminal))],
            [.. report.Explorations.Select(run => new ExplorationEntry(run.Scenario, run.Strategy, run.Executions, run.Exhaustive, run.Bound, run.MissBound))],
            Assume(report));
        Write(document, terminal);
    }

    /// <summary>Writes any other result.</summary>
    public static void Write<T>(T document, Terminal terminal) => terminal.Out.WriteLine(JsonSerializer.Serialize(document, Options));

    /// <summary>A step of a path as text.</summary>
    public static string Step(PathStep step, Terminal terminal) =>
        step.Place is { } place ? $"{step.Text} ({terminal.Display(place.File)}:{place.Line})" : step.Text;

    private static FindingEntry Finding(SettledFinding settled, Terminal terminal)
    {
        StaticFinding finding = settled.Finding;
        return new FindingEntry(
            finding.Fingerprint,
            finding.Rule.Id,
            finding.Law.Id,
            finding.Project,
            terminal.Display(finding.Place.File),
            finding.Place.Line,
            finding.Place.Column,
            finding.Message,
            [.. finding.Path.Select(step => Step(step, terminal))],
            finding.UnknownCallees,
            settled.Verdict?.Name(),
            settled.Evidence.Name(),
            settled.Violation?.Replay is { } replay ? terminal.Display(replay) : null,
            settled.Bound);
    }

    private static ViolationEntry Violation(JudgedViolation judged, Terminal terminal) => new(
        judged.Violation.Law,
        judged.Violation.Scenario,
        judged.Predicted,
        judged.Violation.Evidence,
        judged.Violation.Replay is { } replay ? terminal.Display(replay) : null);

    private static Assumptions Assume(Report report)
    {
        SimulationSettings? settings = report.Settings;
        return new Assumptions(
            settings?.Memory,
            settings is null ? null : settings.InjectEveryPoint ? "every-point" : "reduced",
            settings?.EarlyTimeouts,
            settings?.Seed,
            report.Static ? [.. report.Projects.Where(project => !project.Analyzed).Select(project => project.Name)] : [],
            settings is null ? [] : [.. report.Projects.Where(project => project.Explorations.Count == 0).Select(project => project.Name)],
            [.. report.Aborted],
            report.Findings.SelectMany(finding => finding.Finding.UnknownCallees).Distinct().Count());
    }

    private sealed record Document(
        int Schema,
        string? Profile,
        IReadOnlyList<FindingEntry> Findings,
        IReadOnlyList<ViolationEntry> Violations,
        IReadOnlyList<ExplorationEntry> Exploration,
        Assumptions Assumptions);

    private sealed record FindingEntry(
        string Id,
        string Rule,
        string Law,
        string Project,
        string File,
        int Line,
        int Column,
        string Message,
        IReadOnlyList<string> Path,
        IReadOnlyList<string> UnknownCallees,
        string? Verdict,
        string? Evidence,
        string? Replay,
        string? Bound);

    private sealed record ViolationEntry(string Law, string Scenario, bool? Predicted, string Evidence, string? Replay);

    private sealed record ExplorationEntry(string Scenario, string Strategy, long Executions, bool Exhaustive, string Bound, string MissBound);

    /// <summary>What the result stands on.</summary>
    private sealed record Assumptions(
        string? Memory,
        string? Injection,
        bool? EarlyTimeouts,
        ulong? Seed,
        IReadOnlyList<string> NotAnalyzed,
        IReadOnlyList<string> WithoutScenarios,
        IReadOnlyList<AbortedScenario> Aborted,
        int UnknownCallees);
}
