using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using IrqSafety.Cli.Printing;

namespace IrqSafety.Cli.Schedules;

/// <summary>The formats that show one schedule: a search that found several writes a file for each.</summary>
internal static class ScheduleViews
{
    /// <summary>Folder of the files, in the one named by <c>--output</c>.</summary>
    private const string Folder = "schedules";

    /// <summary>True for a format that shows one schedule.</summary>
    public static bool IsView(this ReportFormat format) => format is ReportFormat.Trace or ReportFormat.Html;

    /// <summary>True for a format that shows schedules, each in a file of its own or within the report.</summary>
    public static bool ShowsSchedules(this ReportFormat format) => format.IsView() || format == ReportFormat.Sarif;

    /// <summary>Every file in which an earlier run may have shown the schedule of a replay file: of one that is gone, or another now, they show what is not there.</summary>
    public static IEnumerable<string> FilesOf(string replay, ReportTarget target) => target.Folder is null
        ? []
        : new[] { ReportFormat.Html, ReportFormat.Trace }.Select(format => FileOf(replay, format, target));

    /// <summary>Writes a schedule in one of these formats.</summary>
    public static void Write(ScheduleRecord record, ReportFormat format, Terminal terminal)
    {
        switch (format)
        {
            case ReportFormat.Trace:
                TraceView.Write(record, terminal);
                break;
            case ReportFormat.Html:
                HtmlView.Write(record, terminal);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, "not a view of a schedule");
        }
    }

    /// <summary>
    /// Writes a file for each schedule, named as its replay file, and says where: <c>&lt;output&gt;/schedules/&lt;project&gt;/&lt;law&gt;-&lt;n&gt;</c>.
    /// </summary>
    /// <exception cref="UserErrorException">A file cannot be written.</exception>
    public static void WriteAll(IReadOnlyList<ScheduleRecord> records, ReportFormat format, ReportTarget target)
    {
        string root = Path.Combine(target.Folder!, Folder);
        foreach (ScheduleRecord record in records)
        {
            var file = new ReportTarget(target.Terminal, FileOf(record.File, format, target), target.Replays);
            file.Write(format, terminal => Write(record, format, terminal));
        }

        string count = records.Count == 1 ? "1 schedule" : $"{records.Count} schedules";
        target.Terminal.Out.WriteLine($"{count} in {target.Terminal.Display(root)}.");
    }

    private static string FileOf(string replay, ReportFormat format, ReportTarget target) =>
        Path.Combine(target.Folder!, Folder, Path.ChangeExtension(Path.GetRelativePath(target.Replays, replay), null) + ReportTarget.Extension(format));
}
