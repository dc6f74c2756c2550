using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Text;
using IrqSafety.Cli.Printing;
using IrqSafety.Rules;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Schedules;

/// <summary>A replay as one page that needs nothing else: the verdict and the wait cycle, the lanes, the command that runs it again.</summary>
internal static class HtmlView
{
    private const string Template = "schedules/schedule.html";

    /// <summary>Writes the page.</summary>
    public static void Write(ScheduleRecord record, Terminal terminal)
    {
        ReplayMessage replay = record.Replay;
        ReplayedSchedule? schedule = replay.Schedule;
        var lanes = new HtmlLanes(replay.Events, terminal);
        var values = new Dictionary<string, string>
        {
            ["title"] = Encode(schedule is null ? replay.Outcome : $"{schedule.Law} in {schedule.Scenario}"),
            ["law"] = Encode(schedule?.Law ?? "Replay"),
            ["outcome"] = Encode(replay.Outcome),
            ["message"] = Encode(terminal.Shorten(replay.Message)),
            ["cycle"] = Cycle(schedule?.Detail ?? [], terminal),
            ["facts"] = Facts(schedule),
            ["lanes"] = lanes.Header(),
            ["rows"] = lanes.Rows(),
            ["command"] = Encode($"irqsafety replay {Quoted(terminal.Display(record.File))}"),
        };
        terminal.Out.Write(Fill(ReadTemplate(), values));
    }

    /// <summary>Text as it stands in HTML, in content and in quoted attributes.</summary>
    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Cycle(IReadOnlyList<string> detail, Terminal terminal) =>
        detail.Count == 0 ? "" : $"<ol class=\"cycle\">{string.Concat(detail.Select(line => $"<li>{Encode(terminal.Shorten(line))}</li>"))}</ol>";

    private static string Facts(ReplayedSchedule? schedule)
    {
        if (schedule is null)
        {
            return "";
        }

        (string Name, string? Value)[] facts =
        [
            ("Law", Catalogue.FindLaw(schedule.Law)?.Text),
            ("Evidence", schedule.Evidence),
            ("Scenario", schedule.Scenario),
            ("Profile", schedule.Profile),
            ("Memory model", MemoryModel.Describe(schedule.Memory)),
        ];
        return string.Join('\n', facts.Where(fact => fact.Value is not null).Select(fact => $"<dt>{fact.Name}</dt><dd>{Encode(fact.Value!)}</dd>"));
    }

    private static string Quoted(string path) => path.Contains(' ', StringComparison.Ordinal) ? $"\"{path}\"" : path;

    // In one pass: a value that looks like a place to fill stays what it is.
    private static string Fill(string template, Dictionary<string, string> values)
    {
        var page = new StringBuilder();
        int at = 0;
        for (int open = template.IndexOf("{{", StringComparison.Ordinal); open >= 0; open = template.IndexOf("{{", at, StringComparison.Ordinal))
        {
            int close = template.IndexOf("}}", open, StringComparison.Ordinal);
            page.Append(template, at, open - at).Append(values[template[(open + 2)..close]]);
            at = close + 2;
        }

        return page.Append(template, at, template.Length - at).ToString();
    }

    private static string ReadTemplate()
    {
        using Stream resource = typeof(HtmlView).Assembly.GetManifestResourceStream(Template) ?? throw new InvalidOperationException($"the resource {Template} is missing");
        using var reader = new StreamReader(resource);
        return reader.ReadToEnd();
    }
}
