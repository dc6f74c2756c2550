using System;
using System.Collections.Generic;
using IrqSafety.Simulator;

namespace IrqSafety.Cli.Simulation;

/// <summary>How scenarios are explored.</summary>
internal sealed record SimulationSettings
{
    /// <summary>Names; empty for all.</summary>
    public IReadOnlyList<string> Scenarios { get; init; } = [];

    /// <summary>See <see cref="WorkerRequest.Strategy"/>.</summary>
    public string Strategy { get; init; } = "portfolio";

    /// <summary>Seed of the random strategies.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Executions of each scenario at most; null for no limit.</summary>
    public long? Executions { get; init; }

    /// <summary>Steps of an execution at most; null for no limit.</summary>
    public int? Depth { get; init; }

    /// <summary>The folder in which searches are written down, and from which they go on; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Seconds between two writings.</summary>
    public double CheckpointInterval { get; init; } = 5;

    /// <summary>Seconds for each scenario.</summary>
    public double Time { get; init; } = 30;

    /// <summary>Cross-CPU switches; null for the scenario's own bound.</summary>
    public int? Bound { get; init; }

    /// <summary>Reductions off.</summary>
    public bool InjectEveryPoint { get; init; }

    /// <summary>Deadlines may pass anywhere.</summary>
    public bool EarlyTimeouts { get; init; }

    /// <summary><c>sc</c> or <c>arm</c>.</summary>
    public string Memory { get; init; } = "sc";

    /// <summary>Names of the profiles to explore each scenario on; null stands for the scenario's own.</summary>
    public IReadOnlyList<string?> Profiles { get; init; } = [null];

    /// <summary>Processes that explore at the same time: each a scenario, or a part of one where there are fewer scenarios than workers.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The request to explore one scenario on one profile.</summary>
    public WorkerRequest Explore(string assembly, string scenario, string? profile, IReadOnlyList<FindingTarget> targets, string outputDirectory, int part, int parts) => new()
    {
        Mode = "explore",
        Assembly = assembly,
        Scenarios = [scenario],
        Strategy = Strategy,
        Seed = Seed,
        Time = Time,
        Executions = Executions is { } all ? Math.Max(1, (all + parts - 1 - part) / parts) : null,
        Depth = Depth,
        Part = part,
        Parts = parts,
        Checkpoint = Checkpoint,
        CheckpointInterval = CheckpointInterval,
        Bound = Bound,
        InjectEveryPoint = InjectEveryPoint,
        EarlyTimeouts = EarlyTimeouts,
        Memory = Memory,
        Profile = profile,
        Targets = targets,
        OutputDirectory = outputDirectory,
    };
}
