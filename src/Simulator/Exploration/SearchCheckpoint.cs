using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace IrqSafety.Simulator;

/// <summary>
/// Where a search stands, on disk: what it belongs to, what of its tree is explored, how far its random strategies are, and the schedules of what it
/// found. A search that goes on from it explores what it would have explored.
/// </summary>
internal sealed record SearchCheckpoint
{
    /// <summary>The form this version writes.</summary>
    public const int CurrentSchema = 1;

    private static readonly JsonSerializerOptions s_form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Version of the form.</summary>
    public required int Schema { get; init; }

    /// <summary>Hash of the program.</summary>
    public required string ProgramHash { get; init; }

    /// <summary>The scenario, its profile, and every option that decides what is explored.</summary>
    public required string Search { get; init; }

    /// <summary>Complete executions.</summary>
    public required long Executions { get; init; }

    /// <summary>Time spent.</summary>
    public required long Milliseconds { get; init; }

    /// <summary>Which of the prefixes of this worker is being explored.</summary>
    public int Prefix { get; init; }

    /// <summary>The tree; null where none was begun.</summary>
    public TreeState? Tree { get; init; }

    /// <summary>Executions of the random strategies.</summary>
    public SamplerState Samplers { get; init; } = new(0, 0, 0, 1, 1);

    /// <summary>The environment had choices.</summary>
    public bool ChoseOutcomes { get; init; }

    /// <summary>A schedule for each thing that was found.</summary>
    public IReadOnlyList<IReadOnlyList<RecordedDecision>> Found { get; init; } = [];

    /// <summary>The sites that were reached.</summary>
    public IReadOnlyList<string> Reached { get; init; } = [];

    /// <summary>Writes it, all or nothing: a run that is killed meanwhile leaves the one before.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Write(string path)
    {
        string next = path + ".next";
        try
        {
            File.WriteAllText(next, JsonSerializer.Serialize(this, s_form));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointException($"the checkpoint '{path}' cannot be written: {exception.Message}");
        }
    }

    /// <summary>Reads the checkpoint of this search; null when there is none.</summary>
    /// <exception cref="CheckpointException">The file is damaged, or belongs to another program or search. It is left as it is.</exception>
    public static SearchCheckpoint? Read(string path, string programHash, string search)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        SearchCheckpoint? read;
        try
        {
            read = JsonSerializer.Deserialize<SearchCheckpoint>(File.ReadAllText(path), s_form);
        }
        catch (JsonException exception)
        {
            throw new CheckpointException($"the checkpoint '{path}' is damaged ({exception.Message}). It was left as it is; remove it, or name another folder, to begin anew.");
        }

        if (read is null || read.Schema != CurrentSchema)
        {
            throw new CheckpointException($"the checkpoint '{path}' has form {read?.Schema}, and this version reads {CurrentSchema}. It was left as it is; name another folder to begin anew.");
        }

        if (read.ProgramHash != programHash)
        {
            throw new CheckpointException($"the checkpoint '{path}' was made of another build of the program ({read.ProgramHash}, now {programHash}). It was left as it is; name another folder to begin anew.");
        }

        return read.Search == search
            ? read
            : throw new CheckpointException($"the checkpoint '{path}' belongs to another search ({read.Search}; now {search}). It was left as it is; use the same options, or name another folder.");
    }
}

/// <summary>A checkpoint that a search cannot go on from, in words that say what to do.</summary>
public sealed class CheckpointException(string message) : Exception(message);

/// <summary>How far the random strategies are.</summary>
/// <param name="Random">Executions of uniform random.</param>
/// <param name="Pct">Executions of PCT.</param>
/// <param name="PctCounted">Executions of PCT that its bound counts.</param>
/// <param name="LongestRun">PCT’s k.</param>
/// <param name="Processes">PCT’s n.</param>
/// <param name="Engaged">Executions that come between what is under way.</param>
internal sealed record SamplerState(ulong Random, ulong Pct, long PctCounted, int LongestRun, int Processes, ulong Engaged = 0);

/// <summary>A tree search between two executions.</summary>
/// <param name="Nodes">The decisions of the current path.</param>
/// <param name="IsExhausted">Nothing is left.</param>
/// <param name="LockClasses">The lock classes known, with the number of a class each is connected to.</param>
/// <param name="Unsaid">What steps do besides what they say of themselves.</param>
internal sealed record TreeState(IReadOnlyList<NodeState> Nodes, bool IsExhausted, IReadOnlyList<LockClassState> LockClasses, IReadOnlyList<UnsaidEffectState> Unsaid);

/// <summary>What the steps of one operation of a task do besides what they say of themselves.</summary>
internal sealed record UnsaidEffectState(string Operation, int Task, UnsaidEffect Effect);

/// <summary>A lock class.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Parent">The class it is connected to, or itself.</param>
internal sealed record LockClassState(string Name, int Parent);

/// <summary>A decision of the current path.</summary>
internal sealed record NodeState(
    PointKind Kind,
    int Cpu,
    string Actor,
    int Step,
    IReadOnlyList<Alternative> Alternatives,
    ulong Todo,
    ulong Done,
    ulong Cut,
    ulong Asleep,
    int Chosen,
    bool IsFixed);
