using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IrqSafety.Simulator;

/// <summary>A failing schedule on disk: the program it belongs to, and the decisions that were not the default.</summary>
public sealed record ReplayFile
{
    /// <summary>The schema this version writes.</summary>
    public const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Version of the form.</summary>
    public required int Schema { get; init; }

    /// <summary>Version of the tool that wrote it.</summary>
    public required string ToolVersion { get; init; }

    /// <summary>Hash of the program.</summary>
    public required string ProgramHash { get; init; }

    /// <summary>File name of the scenario assembly.</summary>
    public required string Assembly { get; init; }

    /// <summary>The project to build before replaying, relative to the file; null until the tool files it.</summary>
    public string? Project { get; init; }

    /// <summary>The scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The machine profile.</summary>
    public required string Profile { get; init; }

    /// <summary>The seed of the search that found it.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The bound of the search.</summary>
    public required string Bound { get; init; }

    /// <summary>Asserting was kept apart from taking.</summary>
    public bool EveryPoint { get; init; }

    /// <summary>Deadlines could pass anywhere.</summary>
    public bool EarlyTimeouts { get; init; }

    /// <summary>The memory model: <c>sc</c> or <c>arm</c>.</summary>
    public string Memory { get; init; } = "sc";

    /// <summary>The law.</summary>
    public required string Law { get; init; }

    /// <summary>The site, or null.</summary>
    public string? Site { get; init; }

    /// <summary>The condition of the scenario that does not hold, as <c>invariant 'name'</c>; null for all else.</summary>
    public string? Condition { get; init; }

    /// <summary>The evidence: <c>harm</c>, <c>breach</c> or <c>predicted</c>.</summary>
    public required string Evidence { get; init; }

    /// <summary>What happens.</summary>
    public required string Description { get; init; }

    /// <summary>The decisions.</summary>
    public required IReadOnlyList<RecordedDecision> Decisions { get; init; }

    /// <summary>Writes it.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Format) + "\n");

    /// <summary>Reads one; on failure the result is null and <paramref name="problem"/> says what is wrong and what to do.</summary>
    public static ReplayFile? Read(string path, out string? problem)
    {
        problem = null;
        try
        {
            ReplayFile file = JsonSerializer.Deserialize<ReplayFile>(File.ReadAllText(path), Format) ?? throw new JsonException("it is empty");
            if (file.Decisions.Contains(null!))
            {
                throw new JsonException("a decision is null.");
            }

            if (file.Schema != CurrentSchema)
            {
                problem = $"'{path}' has schema {file.Schema}; this version reads {CurrentSchema}. Replay it with the version that wrote it ({file.ToolVersion}).";
                return null;
            }

            return file;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            problem = $"'{path}' cannot be read as a replay file: {exception.Message} Run the search again to write a new one.";
            return null;
        }
    }
}
