using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Simulator;
using Spectre.Console;

namespace IrqSafety.Cli.Printing;

/// <summary>The report for a person: a table of findings for each project, then each finding with its path, the searches, and the result.</summary>
internal sealed class TextReport
{
    private readonly Report _report;
    private readonly Terminal _terminal;
    private readonly IAnsiConsole _console;

    private TextReport(Report report, Terminal terminal)
    {
        _report = report;
        _terminal = terminal;
        _console = TextConsole.Create(terminal);
    }

    /// <summary>Writes the report.</summary>
    /// <param name="report">The report.</param>
    /// <param name="terminal">Where to.</param>
    /// <param name="quiet">Only the result.</param>
    public static void Write(Report report, Terminal terminal, bool quiet)
    {
        var text = new TextReport(report, terminal);
        if (!quiet)
        {
            foreach (ProjectReport project in report.Projects)
            {
                text.WriteProject(project);
            }

            text.WriteConditions();
        }

        terminal.Out.WriteLine(Summary.Of(report));
    }

    private void WriteProject(ProjectReport project)
    {
        _console.Write(new Text($"{project.Name}  {_terminal.Display(project.Path)}\n", new Style(decoration: Decoration.Bold)));
        if (_report.Static)
        {
            WriteFindings(project);
        }

        JudgedViolation[] unpredicted = [.. project.Violations.Where(violation => violation.Predicted != true)];
        if (unpredicted.Length > 0)
        {
            Line(_report.Static ? "  Not predicted by the analyzer:" : "  Violations:");
            WriteViolations(unpredicted);
        }

        if (_report.Settings is not null)
        {
            WriteSearches(project);
        }

        Line("");
    }

    private void WriteFindings(ProjectReport project)
    {
        if (!project.Analyzed)
        {
            Line("  Not analyzed: the project does not use the IrqSafety analyzers.");
            return;
        }

        if (project.Findings.Count == 0)
        {
            Line("  No findings.");
            return;
        }

        bool settled = _report.Settings is not null;
        Terminal inProject = _terminal with { Directory = System.IO.Path.GetDirectoryName(project.Path)! };
        Table table = settled
            ? TextConsole.Table("rule", "place", "what", "verdict", "evidence", "replay")
            : TextConsole.Table("rule", "place", "what");
        foreach (SettledFinding finding in project.Findings)
        {
            Text[] row = [new(finding.Finding.Rule.Id), new(Where(finding.Finding.Place, inProject)), new(finding.Finding.Rule.Title)];
            table.AddRow(settled ? [.. row, VerdictCell(finding), new(finding.Evidence.Name() ?? "–"), new(Replay(finding.Violation))] : row);
        }

        _console.Write(table);
        foreach (SettledFinding finding in project.Findings)
        {
            WriteDetail(finding);
        }
    }

    private void WriteDetail(SettledFinding settled)
    {
        StaticFinding finding = settled.Finding;
        Line($"  {finding.Rule.Id} {Where(finding.Place)}: {finding.Message}");
        foreach (PathStep step in finding.Path)
        {
            Line($"    path: {JsonReport.Step(step, _terminal)}");
        }

        if (settled.Violation is { } violation)
        {
            Line($"    {settled.Evidence.Name()} in {violation.Scenario} on {violation.Profile}: {violation.Message}");
            WriteSchedule(violation);
        }
        else if (settled.Bound is { } bound)
        {
            Line($"    {settled.Verdict?.Name()}: {bound}");
        }
    }

    private void WriteViolations(IEnumerable<JudgedViolation> violations)
    {
        foreach (ViolationMessage violation in violations.Select(judged => judged.Violation))
        {
            string where = SourcePosition.Parse(violation.Source) is { } place ? $" {Where(place)}" : "";
            Line($"  {violation.Law}{where} ({violation.Evidence}, {violation.Scenario} on {violation.Profile}): {violation.Message}");
            WriteSchedule(violation);
            if (violation.Replay is not null)
            {
                Line($"    replay: {Replay(violation)}");
            }
        }
    }

    private void WriteSchedule(ViolationMessage violation)
    {
        foreach (string line in violation.Detail)
        {
            Line($"      {_terminal.Shorten(line)}");
        }
    }

    private void WriteSearches(ProjectReport project)
    {
        if (project.Explorations.Count > 0)
        {
            Table table = TextConsole.Table("scenario", "profile", "strategy", "executions", "exhaustive", "bound", "may have missed", "time");
            foreach (ExplorationMessage run in project.Explorations)
            {
                table.AddRow(
                    new Text(run.Scenario),
                    new Text(run.Profile),
                    new Text(run.Strategy),
                    new Text(run.Executions.ToString(System.Globalization.CultureInfo.InvariantCulture)),
                    new Text(run.Exhaustive ? "yes" : "no"),
                    new Text(run.Bound),
                    new Text(run.Exhaustive ? "nothing within the bound" : run.MissBound),
                    new Text(FormattableString.Invariant($"{run.Milliseconds / 1000.0:0.0} s")));
            }

            _console.Write(table);
        }
        else if (project.Aborted.Count == 0)
        {
            Line("  No scenarios.");
        }

        foreach (AbortedScenario aborted in project.Aborted)
        {
            Line($"  {aborted.Scenario} was not finished: {aborted.Reason}");
        }
    }

    private void WriteConditions()
    {
        if (_report.Settings is { } settings && _report.Profile is { } profile)
        {
            Line($"Profile: {profile}. Memory model: {MemoryModel.Describe(settings.Memory)}.");
        }
    }

    private static Text VerdictCell(SettledFinding finding) => finding.Verdict switch
    {
        Verdict.Confirmed => new Text("confirmed", new Style(Color.Red)),
        { } verdict => new Text(verdict.Name(), new Style(Color.Yellow)),
        null => new Text("–"),
    };

    private string Where(Place place) => Where(place, _terminal);

    private static string Where(Place place, Terminal terminal) => $"{terminal.Display(place.File)}:{place.Line}";

    private string Replay(ViolationMessage? violation) => violation?.Replay is { } file ? _terminal.Display(file) : "–";

    private void Line(string text) => _terminal.Out.WriteLine(text);
}
