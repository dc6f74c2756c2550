using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Schedules;

/// <summary>The events of a replay as table rows, with a column for each task on its CPU.</summary>
internal sealed class HtmlLanes
{
    // Deeper nesting than the bars distinguish looks like the deepest they do.
    private const int DeepestBar = 3;

    private readonly Terminal _terminal;
    private readonly SourceLines _sources = new();
    private readonly ReplayEvent[] _events;
    private readonly Lane[] _lanes;
    private readonly Dictionary<int, int> _handledAt = [];
    private readonly Dictionary<int, int> _raisedAt = [];

    public HtmlLanes(IReadOnlyList<ReplayEvent> events, Terminal terminal)
    {
        _terminal = terminal;

        // The mask stands beside every event: what only changes it is not a row of its own.
        _events = [.. events.Where(happened => happened.Kind is not ReplayEventKind.Mask)];
        _lanes =
        [
            .. _events.GroupBy(happened => (happened.Cpu, happened.Task))
                .Select(group => new Lane(group.Key.Cpu, group.Key.Task, group.All(happened => happened.Boot)))
                .OrderBy(lane => lane.Cpu),
        ];
        foreach (ReplayEvent happened in _events)
        {
            foreach (int flow in happened.Flows)
            {
                (happened.Kind == ReplayEventKind.Enter ? _handledAt : _raisedAt)[flow] = happened.Number;
            }
        }
    }

    /// <summary>The headers of the lanes.</summary>
    public string Header() => string.Concat(_lanes.Select(lane =>
        $"<th scope=\"col\" class=\"{Classes(First(lane), lane.OnlyBoot ? "boot" : null)}\"><span class=\"cpu\">CPU{lane.Cpu}</span>{HtmlView.Encode(lane.Task)}</th>"));

    /// <summary>The rows.</summary>
    public string Rows()
    {
        var rows = new StringBuilder();
        var last = new Dictionary<Lane, ReplayEvent>();
        foreach (ReplayEvent happened in _events)
        {
            rows.Append(CultureInfo.InvariantCulture, $"<tr class=\"{(happened.Boot ? "boot" : "")}\"><th scope=\"row\">{happened.Number}</th>");
            foreach (Lane lane in _lanes)
            {
                bool here = lane.Cpu == happened.Cpu && lane.Task == happened.Task;
                ReplayEvent? state = here ? happened : last.GetValueOrDefault(lane);
                string content = here ? Event(happened, last.GetValueOrDefault(lane)) : "";
                rows.Append(Cell(lane, state, content));
                if (here)
                {
                    last[lane] = happened;
                }
            }

            rows.Append("</tr>\n");
        }

        return rows.ToString();
    }

    private string Cell(Lane lane, ReplayEvent? state, string content)
    {
        string? boot = lane.OnlyBoot ? "boot" : null;
        if (state is null || (state.Kind == ReplayEventKind.End && content.Length == 0))
        {
            return $"<td class=\"{Classes(First(lane), boot)}\"></td>";
        }

        string classes = Classes(First(lane), boot, ClassOf(state.MaskLevel), state.Held.Count > 0 ? "held" : null);
        return $"<td class=\"{classes}\" data-depth=\"{Math.Min(state.Handlers.Count, DeepestBar)}\">{content}</td>";
    }

    private string Event(ReplayEvent happened, ReplayEvent? before)
    {
        var html = new StringBuilder();
        html.Append($"<div class=\"event {KindOf(happened.Kind)}\" id=\"e{happened.Number}\" tabindex=\"0\">");
        html.Append($"<span class=\"text\">{HtmlView.Encode(_terminal.Shorten(happened.Text))}</span>");
        if (happened.MaskLevel != (before?.MaskLevel ?? MaskLevel.Open))
        {
            html.Append($"<span class=\"tag mask\">{Words(happened.MaskLevel)}</span>");
        }

        foreach (string held in happened.Held)
        {
            html.Append($"<span class=\"tag lock\">holds {HtmlView.Encode(held)}</span>");
        }

        Links(html, happened);
        More(html, happened);
        return html.Append("</div>").ToString();
    }

    private void Links(StringBuilder html, ReplayEvent happened)
    {
        foreach (int flow in happened.Flows)
        {
            bool raised = happened.Kind == ReplayEventKind.Raise;
            if ((raised ? _handledAt : _raisedAt).TryGetValue(flow, out int other))
            {
                html.Append($" <a href=\"#e{other}\">{(raised ? "handled at" : "raised at")} {other}</a>");
            }
        }
    }

    private void More(StringBuilder html, ReplayEvent happened)
    {
        html.Append("<div class=\"more\">");
        if (happened.Source is { } source)
        {
            html.Append($"<div class=\"source\"><b>{HtmlView.Encode(_terminal.Shorten(source))}</b>");
            if (_sources.Read(source) is { } line)
            {
                html.Append($"\n{HtmlView.Encode(line)}");
            }

            html.Append("</div>");
        }

        string handlers = string.Concat(happened.Handlers.Select(handler => $" › {handler}"));
        string held = happened.Held.Count == 0 ? "no lock held" : $"holds {string.Join(", ", happened.Held)}";
        html.Append($"<div>{HtmlView.Encode($"CPU{happened.Cpu} · {happened.Task}{handlers}")}</div>");
        html.Append(CultureInfo.InvariantCulture, $"<div>PMR 0x{happened.Pmr:x2}, DAIF {happened.Daif}, running priority 0x{happened.RunningPriority:x2}: {Words(happened.MaskLevel)}</div>");
        html.Append(CultureInfo.InvariantCulture, $"<div>{HtmlView.Encode(held)} · virtual time {happened.Time} ns</div></div>");
    }

    private string? First(Lane lane) => Array.FindIndex(_lanes, other => other.Cpu == lane.Cpu) == Array.IndexOf(_lanes, lane) ? "first" : null;

    private static string Classes(params ReadOnlySpan<string?> names)
    {
        var classes = new List<string>();
        foreach (string? name in names)
        {
            if (name is not null)
            {
                classes.Add(name);
            }
        }

        return string.Join(' ', classes);
    }

    private static string KindOf(ReplayEventKind kind) => kind switch
    {
        ReplayEventKind.Enter => "enter",
        ReplayEventKind.Leave => "leave",
        ReplayEventKind.Raise => "raise",
        ReplayEventKind.Inject => "inject",
        ReplayEventKind.Wait or ReplayEventKind.Sleep => "wait",
        ReplayEventKind.Violation => "violation",
        _ => "step",
    };

    private static string ClassOf(MaskLevel level) => level switch
    {
        MaskLevel.Open => "open",
        MaskLevel.PreemptOff => "preempt-off",
        MaskLevel.IrqOff => "irq-off",
        _ => "all-off",
    };

    private static string Words(MaskLevel level) => level switch
    {
        MaskLevel.Open => "takes everything",
        MaskLevel.PreemptOff => "preemption off",
        MaskLevel.IrqOff => "IRQs masked",
        _ => "all interrupts masked",
    };

    private sealed record Lane(int Cpu, string Task, bool OnlyBoot);
}
