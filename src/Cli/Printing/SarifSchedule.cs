using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using IrqSafety.Cli.Findings;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Printing;

/// <summary>
/// A schedule as a SARIF code flow: one thread flow for each CPU. <c>executionOrder</c> is the one order of the schedule, so a viewer can put the CPUs side by
/// side; <c>nestingLevel</c> is how deep in handlers the step is.
/// </summary>
internal static class SarifSchedule
{
    /// <summary>The schedule.</summary>
    public static JsonObject CodeFlow(ReplayMessage replay, Terminal terminal) => new()
    {
        ["message"] = SarifReport.Message($"{replay.Schedule?.Scenario ?? "The schedule"}: {replay.Outcome}"),
        ["threadFlows"] = new JsonArray(
        [
            .. replay.Events.Where(IsStep).GroupBy(happened => happened.Cpu).OrderBy(cpu => cpu.Key).Select(cpu => ThreadFlow(cpu.Key, cpu, terminal)),
        ]),
    };

    /// <summary>Where the law was broken: the last event that says so, or the last of all.</summary>
    public static ReplayEvent? Broken(ReplayMessage replay) =>
        replay.Events.LastOrDefault(happened => happened.Kind == ReplayEventKind.Violation) ?? (replay.Events.Count > 0 ? replay.Events[^1] : null);

    // A mask or an unlock is part of the step before it, whose state shows it.
    private static bool IsStep(ReplayEvent happened) => happened.Kind is not (ReplayEventKind.Mask or ReplayEventKind.Unlock);

    private static JsonObject ThreadFlow(int cpu, IEnumerable<ReplayEvent> events, Terminal terminal)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"CPU{cpu}");
        return new JsonObject
        {
            ["id"] = name,
            ["message"] = SarifReport.Message(name),
            ["locations"] = new JsonArray([.. events.Select(happened => Step(happened, terminal))]),
        };
    }

    private static JsonObject Step(ReplayEvent happened, Terminal terminal)
    {
        Place? place = SourcePosition.Parse(happened.Source);
        JsonObject location = place is { } known ? SarifReport.Location(known, happened.Text, terminal) : new JsonObject { ["message"] = SarifReport.Message(happened.Text) };
        location["logicalLocations"] = new JsonArray(
        [
            new JsonObject { ["name"] = happened.Task, ["kind"] = "function", ["fullyQualifiedName"] = string.Join('/', [happened.Task, .. happened.Handlers.Select(handler => handler.ToString())]) },
        ]);
        var state = new JsonObject
        {
            ["mask"] = SarifReport.Message($"PMR 0x{happened.Pmr:x2}, DAIF {happened.Daif}"),
            ["held"] = SarifReport.Message(string.Join(", ", happened.Held)),
        };
        var step = new JsonObject
        {
            ["location"] = location,
            ["executionOrder"] = happened.Number,
            ["nestingLevel"] = happened.Handlers.Count,
            ["importance"] = happened.Kind == ReplayEventKind.Violation ? "essential" : happened.Boot ? "unimportant" : "important",
            ["state"] = state,
        };
        if (Kind(happened.Kind) is { } kind)
        {
            step["kinds"] = new JsonArray(kind);
        }

        return step;
    }

    // The words that SARIF suggests (3.38.8), and our own.
    private static string? Kind(ReplayEventKind kind) => kind switch
    {
        ReplayEventKind.Lock => "acquire",
        ReplayEventKind.Enter => "enter",
        ReplayEventKind.Leave => "exit",
        ReplayEventKind.Raise or ReplayEventKind.Inject => "interrupt",
        ReplayEventKind.Wait or ReplayEventKind.Sleep => "wait",
        ReplayEventKind.Violation => "danger",
        _ => null,
    };
}
