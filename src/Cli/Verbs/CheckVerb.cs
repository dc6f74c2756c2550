using System.CommandLine;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Verdicts;
using IrqSafety.Rules;

namespace IrqSafety.Cli.Verbs;

/// <summary><c>check</c>: the static findings, as the build shows them. Runs no user code.</summary>
internal static class CheckVerb
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, IProjectBuilder builder, ReportOptions options)
    {
        Argument<string> path = ProjectArgument.Create();
        var command = new Command("check", "Show what the analyzers find. Runs no code of the project.") { path };
        command.SetAction(async (parsed, cancellation) =>
        {
            ReportFormat format = options.Format(parsed, ReportFormat.Text, ReportFormat.Json, ReportFormat.Sarif);
            ReportTarget target = options.Target(parsed, terminal);
            target.Check(format);
            bool quiet = options.Quiet(parsed);
            var progress = new LiveProgress(terminal, !quiet);
            BuiltProject[] projects = await Built.AnalyzedAsync(builder, ProjectFinder.Find(terminal.Resolve(parsed.GetValue(path)!)), progress, cancellation);
            var report = new Report { Static = true, Projects = [.. projects.Select(Describe)] };
            return (int)ReportWriter.Write(report, format, target, quiet);
        });
        return command;
    }

    private static ProjectReport Describe(BuiltProject project) => new(project.Name, project.Path)
    {
        Analyzed = project.Analyzed,
        Findings = [.. project.Findings.Select(finding => new SettledFinding(finding, null, Evidence.None, null, null))],
    };
}
