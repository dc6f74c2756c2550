using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Findings;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Schedules;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Verbs;

/// <summary><c>verify</c>: the static findings, each settled by running the scenarios.</summary>
internal static class VerifyVerb
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, IProjectBuilder builder, ReportOptions options)
    {
        Argument<string> path = ProjectArgument.Create();
        var simulation = new SimulationOptions();
        var command = new Command("verify", "Find mistakes and confirm each by a schedule that shows it.") { path };
        simulation.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReportFormat format = options.Format(parsed, SimulationOptions.Formats);
            ReportTarget target = options.Target(parsed, terminal, format);
            bool quiet = options.Quiet(parsed);
            SimulationSettings settings = simulation.Read(parsed);
            var progress = new LiveProgress(terminal, !quiet);
            BuiltProject[] projects = await Built.AnalyzedAsync(builder, ProjectFinder.Find(terminal.Resolve(parsed.GetValue(path)!)), progress, cancellation);
            IReadOnlyList<SimulationResult> results = await Simulated.RunAsync(projects, Targets, settings, target, progress, cancellation);
            var report = new Report
            {
                Static = true,
                Settings = settings,
                Projects = [.. projects.Zip(results, (project, result) => Describe(project, result, settings.Memory))],
            };
            if (format.ShowsSchedules())
            {
                report = report with { Schedules = await ScheduleReplay.RunAsync(projects, results, cancellation) };
            }

            if (format.IsView())
            {
                ScheduleViews.WriteAll(report.Schedules, format, target);
            }

            return (int)ReportWriter.Write(report, format, target, quiet);
        });
        return command;
    }

    private static IReadOnlyList<FindingTarget> Targets(BuiltProject project) =>
    [
        .. project.Findings
            .SelectMany(finding => finding.Sites.Select(site => new FindingTarget(finding.Law.Id, site, finding.Fingerprint)))
            .Distinct(),
    ];

    private static ProjectReport Describe(BuiltProject project, SimulationResult result, string memory)
    {
        var settlement = new Settlement(result, memory);
        return new ProjectReport(project.Name, project.Path)
        {
            Analyzed = project.Analyzed,
            Findings = [.. project.Findings.Select(settlement.Settle)],
            Violations = [.. settlement.Judge(project.Findings)],
            Explorations = result.Explorations,
            Aborted = result.Aborted,
        };
    }
}
