using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;

namespace IrqSafety.Simulator;

/// <summary>What a worker process is asked to do, read from a JSON file.</summary>
public sealed record WorkerRequest
{
    /// <summary>Version of this protocol; a worker of another version refuses.</summary>
    public int Protocol { get; init; } = CurrentProtocol;

    /// <summary>The version this assembly speaks.</summary>
    public const int CurrentProtocol = 2;

    /// <summary><c>list</c>, <c>explore</c>, <c>replay</c> or <c>confirm</c>.</summary>
    public required string Mode { get; init; }

    /// <summary>The assembly with the scenarios.</summary>
    public required string Assembly { get; init; }

    /// <summary>Scenario names; null for all.</summary>
    public IReadOnlyList<string>? Scenarios { get; init; }

    /// <summary>One of <see cref="ExplorationOptions.Strategies"/>.</summary>
    public string Strategy { get; init; } = "portfolio";

    /// <summary>Seed of the random strategies.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Seconds for each scenario; null for no limit.</summary>
    public double? Time { get; init; }

    /// <summary>Executions at most; null for no limit.</summary>
    public long? Executions { get; init; }

    /// <summary>Steps of an execution at most; null for no limit.</summary>
    public int? Depth { get; init; }

    /// <summary>How many workers share the search of each scenario.</summary>
    public int Parts { get; init; } = 1;

    /// <summary>The number of this one, from 0.</summary>
    public int Part { get; init; }

    /// <summary>The folder in which searches are written down, and from which they go on; null for none.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>Seconds between two writings of it.</summary>
    public double CheckpointInterval { get; init; } = 5;

    /// <summary>Cross-CPU switches; null for the scenario's own bound.</summary>
    public int? Bound { get; init; }

    /// <summary>Reductions off.</summary>
    public bool InjectEveryPoint { get; init; }

    /// <summary>Deadlines may pass anywhere.</summary>
    public bool EarlyTimeouts { get; init; }

    /// <summary><c>sc</c> or <c>arm</c>.</summary>
    public string Memory { get; init; } = "sc";

    /// <summary>Profile name; null for the scenario's own.</summary>
    public string? Profile { get; init; }

    /// <summary>The findings to confirm first.</summary>
    public IReadOnlyList<FindingTarget> Targets { get; init; } = [];

    /// <summary>Where replay files are written.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>For <c>replay</c>: the file.</summary>
    public string? ReplayFile { get; init; }

    /// <summary>For <c>confirm</c>: files that are replayed for their outcome alone, one message for each, in this order.</summary>
    public IReadOnlyList<string> ReplayFiles { get; init; } = [];

    /// <summary>The worker ends with its standard input, which whoever started it holds open: it does not go on for nobody, nor write to a checkpoint that another goes on from.</summary>
    public bool EndsWithInput { get; init; }
}

/// <summary>A static finding to settle.</summary>
/// <param name="Law">The law.</param>
/// <param name="Site">The site, as <see cref="Rules.Site.ToString"/> writes it.</param>
/// <param name="Finding">The finding's fingerprint: targets that share it are ends of one defect, which shows at any of them.</param>
public sealed record FindingTarget(string Law, string Site, string Finding);

/// <summary>One line a worker prints.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(HelloMessage), "hello")]
[JsonDerivedType(typeof(ScenarioMessage), "scenario")]
[JsonDerivedType(typeof(ProgressMessage), "progress")]
[JsonDerivedType(typeof(ViolationMessage), "violation")]
[JsonDerivedType(typeof(ExplorationMessage), "exploration")]
[JsonDerivedType(typeof(ReplayMessage), "replay")]
[JsonDerivedType(typeof(ErrorMessage), "error")]
public abstract record WorkerMessage;

/// <summary>First line: who speaks.</summary>
/// <param name="Protocol">Protocol version.</param>
/// <param name="Version">Version of the simulator in the user's closure.</param>
/// <param name="ProgramHash">Hash of the program.</param>
public sealed record HelloMessage(int Protocol, string Version, string ProgramHash) : WorkerMessage;

/// <summary>A scenario exists.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Summary">What it is about.</param>
public sealed record ScenarioMessage(string Name, string Summary) : WorkerMessage;

/// <summary>How far an exploration is.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Executions">Complete executions so far.</param>
/// <param name="Milliseconds">Time so far.</param>
/// <param name="Covered">Share of the search space covered, 0 to 1; null when unknown.</param>
public sealed record ProgressMessage(string Scenario, long Executions, long Milliseconds, double? Covered) : WorkerMessage
{
    /// <summary>Executions in a second, of late.</summary>
    public double Rate { get; init; }

    /// <summary>Time left, by the share covered or the time given; null when neither says anything.</summary>
    public long? MillisecondsLeft { get; init; }
}

/// <summary>A law was broken, or harm was done, in some schedule.</summary>
public sealed record ViolationMessage : WorkerMessage
{
    /// <summary>The law; for harm without a breached law, the kind of harm (<c>harm.deadlock</c>, <c>harm.lost-interrupt</c> …).</summary>
    public required string Law { get; init; }

    /// <summary>The scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary><c>harm</c>, <c>breach</c> or <c>predicted</c>.</summary>
    public required string Evidence { get; init; }

    /// <summary>The site of the operation, as <see cref="Rules.Site.ToString"/> writes it; null when no user code is on the stack.</summary>
    public string? Site { get; init; }

    /// <summary>The condition of the scenario that does not hold, as <c>invariant 'name'</c>; null for all else.</summary>
    public string? Condition { get; init; }

    /// <summary>
    /// The lock classes of a ring, in order of their names: whatever has the same law and subjects is one mistake, at whichever of the places of the ring it was noticed. Empty
    /// for what is about its site.
    /// </summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>What happened, in one or two sentences.</summary>
    public required string Message { get; init; }

    /// <summary>The wait cycle, or the steps that lead there, one a line.</summary>
    public IReadOnlyList<string> Detail { get; init; } = [];

    /// <summary>The replay file.</summary>
    public string? Replay { get; init; }

    /// <summary>The profile it holds for.</summary>
    public required string Profile { get; init; }

    /// <summary>The memory model it holds for: <c>sc</c> or <c>arm</c>.</summary>
    public string Memory { get; init; } = "sc";

    /// <summary>Source position if known, as <c>file:line</c>.</summary>
    public string? Source { get; init; }

    /// <summary><c>minimal</c> or <c>locally minimal</c>.</summary>
    public string? Minimality { get; init; }
}

/// <summary>What was explored.</summary>
public sealed record ExplorationMessage : WorkerMessage
{
    /// <summary>The scenario.</summary>
    public required string Scenario { get; init; }

    /// <summary>The strategy that ended the search.</summary>
    public required string Strategy { get; init; }

    /// <summary>Complete executions.</summary>
    public required long Executions { get; init; }

    /// <summary>True when the whole space within the bound was explored.</summary>
    public required bool Exhaustive { get; init; }

    /// <summary>The bound, as a person says it: <c>2 CPUs, 2 switches, 1 arrival per source</c>.</summary>
    public required string Bound { get; init; }

    /// <summary>Probability of having missed a bug of depth d, or <c>no bound</c>.</summary>
    public required string MissBound { get; init; }

    /// <summary>The numbers of that probability; null where there is none.</summary>
    public MissBound? Miss { get; init; }

    /// <summary>Milliseconds.</summary>
    public required long Milliseconds { get; init; }

    /// <summary>The profile.</summary>
    public required string Profile { get; init; }

    /// <summary>The memory model: <c>sc</c> or <c>arm</c>.</summary>
    public string Memory { get; init; } = "sc";

    /// <summary>Sites of user code that were reached, as <see cref="Rules.Site.ToString"/> writes them.</summary>
    public IReadOnlyList<string> Reached { get; init; } = [];
}

/// <summary>The outcome of a replay.</summary>
/// <param name="Outcome"><c>reproduced</c>, <c>program-changed</c>, <c>unreadable</c> or <c>diverged</c>.</param>
/// <param name="Message">What to know about it.</param>
/// <param name="Schedule">What was replayed; null when nothing was.</param>
/// <param name="Events">What happened, in order.</param>
public sealed record ReplayMessage(string Outcome, string Message, ReplayedSchedule? Schedule, IReadOnlyList<ReplayEvent> Events) : WorkerMessage
{
    /// <summary>A refusal: nothing was replayed.</summary>
    public static ReplayMessage Refused(string outcome, string message) => new(outcome, message, null, []);

    /// <summary>The events as text, one a line.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Steps => [.. Events.Select(happened => happened.Line).OfType<string>()];
}

/// <summary>What a replayed schedule was recorded for.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Profile">The machine.</param>
/// <param name="Memory">The memory model: <c>sc</c> or <c>arm</c>.</param>
/// <param name="Law">The law, or the kind of harm.</param>
/// <param name="Evidence"><c>harm</c>, <c>breach</c> or <c>predicted</c>.</param>
/// <param name="Detail">The wait cycle, or what else explains it, one a line; empty unless it was reproduced.</param>
public sealed record ReplayedSchedule(string Scenario, string Profile, string Memory, string Law, string Evidence, IReadOnlyList<string> Detail)
{
    /// <summary>The condition of the scenario that does not hold; null for all else.</summary>
    public string? Condition { get; init; }

    /// <summary>The site of the operation; null when no user code was on the stack.</summary>
    public string? Site { get; init; }
}

/// <summary>The worker cannot go on.</summary>
/// <param name="Kind"><c>bad-arguments</c>, <c>no-scenario</c>, <c>no-progress</c>, <c>non-determinism</c>, <c>checkpoint</c> or <c>internal</c>.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record ErrorMessage(string Kind, string Message) : WorkerMessage;
