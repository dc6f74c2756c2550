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

    /// <summary>Scenarios explored at the same time.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The request to explore one scenario on one profile.</summary>
    public WorkerRequest Explore(string assembly, string scenario, string? profile, IReadOnlyList<FindingTarget> targets, string outputDirectory) => new()
    {
        Mode = "explore",
        Assembly = assembly,
        Scenarios = [scenario],
        Strategy = Strategy,
        Seed = Seed,
        Time = Time,
        Bound = Bound,
        InjectEveryPoint = InjectEveryPoint,
        EarlyTimeouts = EarlyTimeouts,
        Memory = Memory,
        Profile = profile,
        Targets = targets,
        OutputDirectory = outputDirectory,
    };
}
