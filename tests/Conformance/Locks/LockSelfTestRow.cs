using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;

namespace IrqSafety.Conformance.Tests;

/// <summary>One row of <c>lock-selftest.jsonl</c>; the meaning of its events stands in the README beside the data.</summary>
public sealed record LockSelfTestRow(string Id, string Group, string Title, IReadOnlyList<JsonElement> Events, bool MustReport)
{
    public const string Oracle = "lock-selftest";

    private static readonly Lazy<IReadOnlyList<LockSelfTestRow>> Rows = new(() =>
        [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "lock-selftest.jsonl")).Select(Parse)]);

    public static IReadOnlyList<LockSelfTestRow> All => Rows.Value;

    public override string ToString() => Id;

    private static LockSelfTestRow Parse(string line)
    {
        JsonElement row = JsonDocument.Parse(line).RootElement;
        return new LockSelfTestRow(
            row.GetProperty("id").GetString()!,
            row.GetProperty("group").GetString()!,
            row.GetProperty("title").GetString()!,
            [.. row.GetProperty("events").EnumerateArray()],
            row.GetProperty("expect").GetString() switch
            {
                "report" => true,
                "silent" => false,
                string other => throw new InvalidDataException($"'{other}' is no verdict"),
                null => throw new InvalidDataException("a row without verdict"),
            });
    }
}
