using System.Collections.Generic;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Schedules;

/// <summary>
/// A replay in the trace-event format (JSON object form) that Perfetto and chrome://tracing open. The machine is the process, each CPU a thread.
/// </summary>
/// <remarks>
/// Steps of the model take no virtual time, so the time axis is the order of the events: ten microseconds each. The virtual time is among the
/// arguments. Thread 0 has a meaning of its own in Perfetto: CPU n is thread n + 1.
/// </remarks>
internal static class TraceView
{
    private const int Machine = 1;
    private const int MicrosecondsPerEvent = 10;
    private const int MicrosecondsPerStep = 9;

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the trace.</summary>
    public static void Write(ScheduleRecord record, Terminal terminal)
    {
        ReplayMessage replay = record.Replay;
        var document = new JsonObject
        {
            ["displayTimeUnit"] = "ns",
            ["otherData"] = new JsonObject
            {
                ["outcome"] = replay.Outcome,
                ["message"] = replay.Message,
                ["scenario"] = replay.Schedule?.Scenario,
                ["profile"] = replay.Schedule?.Profile,
                ["memory"] = replay.Schedule?.Memory,
                ["law"] = replay.Schedule?.Law,
                ["evidence"] = replay.Schedule?.Evidence,
                ["replay"] = terminal.Display(record.File),
                ["timeAxis"] = "order of the events, 10 us each; virtual time is among the arguments",
            },
            ["traceEvents"] = new JsonArray([.. Names(replay.Events), .. Events(replay.Events, terminal)]),
        };
        terminal.Out.WriteLine(document.ToJsonString(Layout));
    }

    private static IEnumerable<JsonNode> Names(IReadOnlyList<ReplayEvent> events)
    {
        yield return Event("M", "process_name", null, null, new JsonObject { ["name"] = "machine" });
        int[] cpus = [.. events.Select(happened => happened.Cpu).Concat(events.Select(happened => happened.TargetCpu).OfType<int>()).Distinct().Order()];
        foreach (int cpu in cpus)
        {
            yield return Event("M", "thread_name", cpu, null, new JsonObject { ["name"] = $"CPU{cpu}" });
            yield return Event("M", "thread_sort_index", cpu, null, new JsonObject { ["sort_index"] = cpu });
        }
    }

    private static List<JsonNode> Events(IReadOnlyList<ReplayEvent> events, Terminal terminal)
    {
        var written = new List<JsonNode>();
        var stacks = new CpuStacks();
        var counters = new Dictionary<string, int>();
        foreach (ReplayEvent happened in events)
        {
            (IReadOnlyList<Activation> ended, IReadOnlyList<Activation> begun) = stacks.Follow(happened);
            written.AddRange(ended.Select(End));
            written.AddRange(begun.Select(activation => Event("B", activation.Name, activation.Cpu, activation.Begin, new JsonObject { ["task"] = happened.Task })));
            Count(happened, "PMR", happened.Pmr);
            Count(happened, "running priority", happened.RunningPriority);
            written.AddRange(Happening(happened, terminal));
            written.AddRange(stacks.Depart(happened).Select(End));
        }

        written.AddRange(stacks.Finish(events.Count + 1).Select(End));
        return written;

        // A counter keeps its value until it is written again.
        void Count(ReplayEvent happened, string what, int value)
        {
            string name = $"CPU{happened.Cpu} {what}";
            if (!counters.TryGetValue(name, out int last) || last != value)
            {
                counters[name] = value;
                written.Add(Event("C", name, happened.Cpu, happened.Number, new JsonObject { ["value"] = value }));
            }
        }
    }

    private static JsonObject End(Activation activation) => Event("E", activation.Name, activation.Cpu, activation.End, null);

    private static IEnumerable<JsonNode> Happening(ReplayEvent happened, Terminal terminal)
    {
        switch (happened.Kind)
        {
            case ReplayEventKind.Step:
                JsonObject step = Event("X", happened.Operation ?? happened.Text, happened.Cpu, happened.Number, State(happened, terminal));
                step["dur"] = MicrosecondsPerStep;
                yield return step;
                break;
            case ReplayEventKind.Enter:
                foreach (int flow in happened.Flows)
                {
                    yield return Flow("f", flow, happened);
                }

                break;
            case ReplayEventKind.Raise:
                yield return Instant(happened, happened.Cpu, "t", terminal);
                foreach (int flow in happened.Flows)
                {
                    yield return Flow("s", flow, happened);
                }

                break;
            case ReplayEventKind.Inject:
                yield return Instant(happened, happened.TargetCpu ?? happened.Cpu, "t", terminal);
                break;
            case ReplayEventKind.Violation:
                yield return Instant(happened, happened.Cpu, "p", terminal);
                break;
            case ReplayEventKind.Leave or ReplayEventKind.Mask or ReplayEventKind.End:
                break;
            default:
                yield return Instant(happened, happened.Cpu, "t", terminal);
                break;
        }
    }

    private static JsonObject Instant(ReplayEvent happened, int cpu, string scope, Terminal terminal)
    {
        JsonObject instant = Event("i", happened.Text, cpu, happened.Number, State(happened, terminal));
        instant["s"] = scope;
        return instant;
    }

    // The end of a flow binds to the slice that encloses it: the handler, not what comes next.
    private static JsonObject Flow(string phase, int flow, ReplayEvent happened)
    {
        JsonObject arrow = Event(phase, happened.Interrupt ?? "interrupt", happened.Cpu, happened.Number, null);
        arrow["id"] = flow;
        if (phase == "f")
        {
            arrow["bp"] = "e";
        }

        return arrow;
    }

    private static JsonObject State(ReplayEvent happened, Terminal terminal)
    {
        var state = new JsonObject { ["step"] = happened.Number, ["virtual_ns"] = happened.Time, ["mask"] = $"PMR 0x{happened.Pmr:x2} DAIF {happened.Daif}" };
        Add("location", happened.Location);
        Add("source", happened.Source is { } source ? terminal.Shorten(source) : null);
        Add("held", happened.Held.Count == 0 ? null : string.Join(", ", happened.Held));
        return state;

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                state[name] = value;
            }
        }
    }

    private static JsonObject Event(string phase, string name, int? cpu, int? number, JsonObject? arguments)
    {
        var written = new JsonObject { ["ph"] = phase, ["name"] = name, ["cat"] = "irqsafety", ["pid"] = Machine };
        if (cpu is { } thread)
        {
            written["tid"] = thread + 1;
        }

        written["ts"] = (number ?? 0) * MicrosecondsPerEvent;
        if (arguments is not null)
        {
            written["args"] = arguments;
        }

        return written;
    }
}
