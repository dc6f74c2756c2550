using System.Collections.Generic;
using System.Linq;
using System.Text.Json;

namespace IrqSafety.Conformance.Tests.Realised;

/// <summary>A part of a row that can run by itself.</summary>
/// <param name="Context">The handler's context, <c>hardirq</c> or <c>softirq</c>; null for a task's part.</param>
/// <param name="Events">What it does, without entering and leaving its context.</param>
internal sealed record RowBlock(string? Context, IReadOnlyList<JsonElement> Events)
{
    /// <summary>
    /// Splits a row wherever nothing is held, interrupts and softirqs are on and no context is open. What entered a context first is a handler.
    /// </summary>
    public static IReadOnlyList<RowBlock> Of(LockSelfTestRow row)
    {
        var blocks = new List<RowBlock>();
        var current = new List<JsonElement>();
        int held = 0;
        int contexts = 0;
        int softIrqsOff = 0;
        bool irqsOff = false;
        foreach (JsonElement each in row.Events)
        {
            current.Add(each);
            switch (new ScriptEvent(each).Op)
            {
                case "acquire":
                    held++;
                    break;
                case "release":
                    held--;
                    break;
                case "enter":
                    contexts++;
                    break;
                case "leave":
                    contexts--;
                    break;
                case "irq-disable" or "irq-enable":
                    irqsOff = new ScriptEvent(each).Op == "irq-disable";
                    break;
                case "softirq-disable" or "softirq-enable":
                    softIrqsOff += new ScriptEvent(each).Op == "softirq-disable" ? 1 : -1;
                    break;
                default:
                    break;
            }

            if (held <= 0 && contexts == 0 && softIrqsOff == 0 && !irqsOff)
            {
                blocks.Add(Close(current));
                current = [];
                held = 0;
            }
        }

        if (current.Count > 0)
        {
            blocks.Add(Close(current));
        }

        return blocks;
    }

    private static RowBlock Close(List<JsonElement> events)
    {
        var first = new ScriptEvent(events[0]);
        return first.Op == "enter"
            ? new RowBlock(first.Text("context"), [.. events.Skip(1).Where(each => new ScriptEvent(each).Op != "leave")])
            : new RowBlock(null, events);
    }
}
