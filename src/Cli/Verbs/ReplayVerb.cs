using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using IrqSafety.Cli.Building;
using IrqSafety.Cli.Printing;
using IrqSafety.Cli.Schedules;
using IrqSafety.Cli.Simulation;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Verbs;

/// <summary><c>replay</c>: one recorded schedule, step by step, on the program as it is now.</summary>
internal static class ReplayVerb
{
    /// <summary>The command.</summary>
    public static Command Create(Terminal terminal, IProjectBuilder builder, ReportOptions options)
    {
        var file = new Argument<string>("file") { Description = "A replay file that verify or simulate wrote." };
        var command = new Command("replay", "Run one recorded schedule again, step by step.") { file };
        command.SetAction(async (parsed, cancellation) =>
        {
            ReportFormat format = options.Format(parsed, ReportFormat.Text, ReportFormat.Json, ReportFormat.Sarif, ReportFormat.Html, ReportFormat.Trace);
            ReportTarget target = options.Target(parsed, terminal);
            target.Check(format);
            bool quiet = options.Quiet(parsed);
            string path = terminal.Resolve(parsed.GetValue(file)!);
            string project = ReplayStore.ProjectOf(path);
            BuiltProject[] built = await Built.RunnableAsync(builder, [project], new LiveProgress(terminal, !quiet), cancellation);
            ScheduleRecord record = await ScheduleReplay.RunAsync(built.Single().Program!, path, cancellation);
            target.Write(format, to => Write(record, format, quiet, to));
            return (int)ExitCodeOf(record.Replay);
        });
        return command;
    }

    /// <summary>The exit code of an outcome.</summary>
    public static ExitCode ExitCodeOf(ReplayMessage outcome) => outcome.Outcome switch
    {
        "reproduced" => ExitCode.Clean,
        "program-changed" => ExitCode.ProgramChanged,
        "unreadable" => ExitCode.BadArguments,
        "diverged" => ExitCode.Diverged,
        _ => ExitCode.InternalError,
    };

    private static void Write(ScheduleRecord record, ReportFormat format, bool quiet, Terminal terminal)
    {
        ReplayMessage outcome = record.Replay;
        if (format.IsView())
        {
            ScheduleViews.Write(record, format, terminal);
            return;
        }

        if (format == ReportFormat.Sarif)
        {
            SarifReport.Write(outcome, terminal);
            return;
        }

        if (format == ReportFormat.Json)
        {
            JsonReport.Write(new { Schema = 1, outcome.Outcome, outcome.Message, outcome.Schedule, outcome.Steps, outcome.Events }, terminal);
            return;
        }

        if (!quiet)
        {
            IReadOnlyList<string> steps = outcome.Steps;
            int width = steps.Count.ToString(CultureInfo.InvariantCulture).Length;
            for (int i = 0; i < steps.Count; i++)
            {
                terminal.Out.WriteLine($"{(i + 1).ToString(CultureInfo.InvariantCulture).PadLeft(width)}  {terminal.Shorten(steps[i])}");
            }
        }

        terminal.Out.WriteLine($"{outcome.Outcome}: {terminal.Shorten(string.Join("\n    ", [outcome.Message, .. outcome.Schedule?.Detail ?? []]))}");
    }
}
