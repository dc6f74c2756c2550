using System;
using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>How to explore a scenario.</summary>
public sealed record ExplorationOptions
{
    /// <summary>One of <see cref="Strategies"/>.</summary>
    public string Strategy { get; init; } = "portfolio";

    /// <summary>Seed of the random strategies.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How long; null for no limit in an exhaustive search, ten seconds otherwise.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Executions at most; null for no limit.</summary>
    public long? Executions { get; init; }

    /// <summary>Steps of an execution at most: what is longer is left alone; null for no limit.</summary>
    public int? Depth { get; init; }

    /// <summary>Several explorers, each with a number of its own, share one search: how many.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>The number of this one, from 0.</summary>
    public int Part { get; init; }

    /// <summary>Where the search is written down, and goes on from; null for nowhere.</summary>
    public CheckpointPlace? Checkpoint { get; init; }

    /// <summary>Preemptive switches between CPUs; null for the scenario's own bound.</summary>
    public int? Bound { get; init; }

    /// <summary>Reductions off: every declared source may assert at every point.</summary>
    public bool InjectEveryPoint { get; init; }

    /// <summary>Deadlines may pass anywhere.</summary>
    public bool EarlyTimeouts { get; init; }

    /// <summary>How stores and register writes take effect.</summary>
    public MemoryModel Memory { get; init; }

    /// <summary>
    /// Points that cannot matter are left out of exhaustive searches. Not under the memory model <c>arm</c>: a store that is seen late makes steps dependent
    /// that touch different locations. Nor with unlatched interrupts: one that is off when everything has come to rest never shows the search what it does.
    /// </summary>
    internal bool Reduces(MachineProfile declared) => !InjectEveryPoint && Memory == MemoryModel.Sc && !(Profile ?? declared).HasUnlatchedInterrupts;

    /// <summary>The machine; null for the scenario's own.</summary>
    public MachineProfile? Profile { get; init; }

    /// <summary>Findings to settle.</summary>
    public IReadOnlyList<FindingTarget> Targets { get; init; } = [];

    /// <summary>Called about once a second.</summary>
    public Action<ProgressMessage>? OnProgress { get; init; }

    /// <summary>Sees every execution of the search.</summary>
    internal Action<ExecutionResult>? OnExecution { get; init; }

    /// <summary>Accesses to shared data are recorded in the results, and this names the place of the one that is made just now.</summary>
    internal Func<string>? AccessPlace { get; init; }

    /// <summary>Failing schedules are run again with their sites, and minimised.</summary>
    internal bool ConfirmsViolations { get; init; } = true;

    /// <summary>The names of the strategies.</summary>
    public static IReadOnlyList<string> Strategies { get; } = ["portfolio", "dpor", "exhaustive", "preemption", "delay", "pct", "random"];
}

/// <summary>Where a search is written down.</summary>
/// <param name="Path">The file.</param>
/// <param name="ProgramHash">Hash of the program it belongs to.</param>
/// <param name="Interval">How often: a run that is killed loses no more.</param>
public sealed record CheckpointPlace(string Path, string ProgramHash, TimeSpan Interval);

/// <summary>What an exploration found.</summary>
/// <param name="Violations">The violations, with minimised schedules.</param>
/// <param name="Summary">What was explored.</param>
/// <param name="NonDeterminism">Where the program behaved differently under one schedule, or null.</param>
/// <param name="IsHanging">The program runs on outside the model: nothing more can run in this process.</param>
public sealed record ExplorationOutcome(
    IReadOnlyList<MinimisedViolation> Violations,
    ExplorationMessage Summary,
    string? NonDeterminism,
    bool IsHanging);

/// <summary>A violation whose schedule no decision can be dropped from.</summary>
/// <param name="Violation">It.</param>
/// <param name="Minimality"><c>minimal</c> or <c>locally minimal</c>.</param>
public sealed record MinimisedViolation(Violation Violation, string Minimality);
