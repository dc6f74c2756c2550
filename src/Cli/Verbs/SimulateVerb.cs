using System.Collections.Generic;
using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Schedules;
using IrqSafety.Cli.Simulation;
using IrqSafety.Cli.Verdicts;

namespace IrqSafety.Cli.Verbs;

/// <summary><c>simulate</c>: explores the scenarios.</summary>
internal static class SimulateVerb
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, IProjectBuilder builder, ReportOptions options)
    {
        Argument<string> path = ProjectArgument.Create();
        var simulation = new SimulationOptions();
        var command = new Command("simulate", "Explore the scenarios of a project.") { path };
        simulation.AddTo(command);
        command.SetAction(async (parsed, cancellation) =>
        {
            ReportFormat format = options.Format(parsed, SimulationOptions.Formats);
            ReportTarget target = options.Target(parsed, terminal, format);
            bool quiet = options.Quiet(parsed);
            SimulationSettings settings = simulation.Read(parsed);
            var progress = new LiveProgress(terminal, !quiet);
            BuiltProject[] projects = await Built.RunnableAsync(builder, ProjectFinder.Find(terminal.Resolve(parsed.GetValue(path)!)), progress, cancellation);
            IReadOnlyList<SimulationResult> results = await Simulated.RunAsync(projects, _ => [], settings, target, progress, cancellation);
            var report = new Report { Static = false, Settings = settings, Projects = [.. projects.Zip(results, Describe)] };
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

    private static ProjectReport Describe(BuiltProject project, SimulationResult result) => new(project.Name, project.Path)
    {
        Violations = [.. result.Violations.Select(violation => new JudgedViolation(project.Name, violation, null))],
        Explorations = result.Explorations,
        Aborted = result.Aborted,
    };
}
