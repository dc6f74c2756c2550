using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace IrqSafety.Conformance.Tests;

/// <summary>A script with one change, and the change in words.</summary>
/// <param name="Change">What was changed.</param>
/// <param name="Events">The script.</param>
internal sealed record MutatedScript(string Change, IReadOnlyList<JsonElement> Events);

/// <summary>
/// One change at a time: an acquire with or without its release is dropped, a change of mask, an acquire becomes an attempt or of another kind, a
/// handler moves to another context. Every script that comes out can be followed to its end; a handler gives back what it took.
/// </summary>
internal static class ScriptMutations
{
    public static IEnumerable<MutatedScript> Of(IReadOnlyList<JsonElement> script)
    {
        JsonObject[] events = [.. script.Select(each => (JsonObject)JsonNode.Parse(each.GetRawText())!)];
        for (int index = 0; index < events.Length; index++)
        {
            foreach ((string change, IEnumerable<JsonObject> changed) in At(events, index))
            {
                yield return new MutatedScript($"{change} at event {index}", [.. changed.Select(each => JsonDocument.Parse(each.ToJsonString()).RootElement)]);
            }
        }
    }

    private static IEnumerable<(string Change, IEnumerable<JsonObject> Script)> At(JsonObject[] events, int index)
    {
        switch ((string)events[index]["op"]!)
        {
            case "acquire":
                int release = MatchingRelease(events, index);
                yield return ("acquire dropped", Without(events, index));
                if (release > 0)
                {
                    yield return ("acquire and release dropped", Without(events, index, release));
                }

                if (events[index]["try"] is null)
                {
                    yield return ("acquire turned into an attempt", With(events, ("try", true), index));
                }

                foreach (string kind in OtherModes((string)events[index]["kind"]!))
                {
                    yield return ($"taken as {kind}", With(events, ("kind", kind), release > 0 ? [index, release] : [index]));
                }

                break;
            case "irq-disable" or "irq-enable" or "softirq-disable" or "softirq-enable":
                yield return ($"{(string)events[index]["op"]!} dropped", Without(events, index));
                break;
            case "enter" when OtherContext((string)events[index]["context"]!) is { } other:
                int leave = System.Array.FindIndex(events, index, each => (string)each["op"]! == "leave" && (string)each["context"]! == (string)events[index]["context"]!);
                yield return ($"handler moved to {other}", With(events, ("context", other), index, leave));
                break;
        }
    }

    private static string[] OtherModes(string kind) => kind switch
    {
        "rw-write" => ["rw-read-recursive", "rw-read"],
        "rw-read-recursive" => ["rw-write", "rw-read"],
        "rw-read" => ["rw-write", "rw-read-recursive"],
        "rwsem-write" => ["rwsem-read"],
        "rwsem-read" => ["rwsem-write"],
        _ => [],
    };

    private static string? OtherContext(string context) => context switch
    {
        "hardirq" => "softirq",
        "softirq" => "hardirq",
        "rcu" => "rcu-sched",
        "rcu-sched" => "rcu",
        _ => null,
    };

    private static int MatchingRelease(JsonObject[] events, int acquire)
    {
        int depth = 0;
        for (int index = acquire; index < events.Length; index++)
        {
            string op = (string)events[index]["op"]!;
            if (op is "acquire" or "release" && Name(events[index]) == Name(events[acquire]))
            {
                depth += op == "acquire" ? 1 : -1;
                if (depth == 0)
                {
                    return index;
                }
            }
        }

        return -1;
    }

    private static string Name(JsonObject happened) => $"{happened["lock"]}/{happened["instance"] ?? happened["lock"]}";

    private static IEnumerable<JsonObject> Without(JsonObject[] events, params int[] indices) => events.Where((_, index) => !indices.Contains(index));

    private static IEnumerable<JsonObject> With(JsonObject[] events, (string Name, JsonNode Value) field, params int[] indices) => events.Select((each, index) =>
    {
        if (!indices.Contains(index))
        {
            return each;
        }

        var changed = (JsonObject)each.DeepClone();
        changed[field.Name] = field.Value.DeepClone();
        return changed;
    });
}
