using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;

namespace IrqSafety.Simulator;

/// <summary>Where a decision falls.</summary>
public enum PointKind
{
    /// <summary>Before a step of the running code.</summary>
    Step,

    /// <summary>In a wait, or where the running code ended: somebody else must go on.</summary>
    Wait,

    /// <summary>On return from an interrupt, when another task could run instead.</summary>
    Reschedule,

    /// <summary>Where nothing can go on: time passes, or the run ends.</summary>
    Quiet,

    /// <summary>A choice of the environment.</summary>
    Fault,
}

/// <summary>What an alternative does.</summary>
public enum AlternativeKind
{
    /// <summary>Goes on with the next step.</summary>
    Continue,

    /// <summary>Takes the interrupt that is signalled.</summary>
    Take,

    /// <summary>Leaves the signalled interrupt pending for now.</summary>
    Defer,

    /// <summary>A spontaneous source arrives, and is taken if nothing masks it.</summary>
    Arrive,

    /// <summary>A spontaneous source asserts its line; when it is taken is decided later.</summary>
    Assert,

    /// <summary>Another CPU goes on.</summary>
    Switch,

    /// <summary>The CPU runs another of its tasks.</summary>
    Run,

    /// <summary>A deadline passes.</summary>
    Timeout,

    /// <summary>The run ends.</summary>
    End,

    /// <summary>An outcome of the environment.</summary>
    Outcome,
}

/// <summary>One way to go on.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Index">Which CPU, source, task or outcome.</param>
/// <param name="Name">The name of that thing, where it has one.</param>
/// <param name="Cost">Preemptive switches it uses up.</param>
public readonly record struct Alternative(AlternativeKind Kind, int Index, string? Name = null, int Cost = 0)
{
    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AlternativeKind.Continue => "continue",
        AlternativeKind.Take => "take",
        AlternativeKind.Defer => "defer",
        AlternativeKind.Arrive => $"arrive {Name}",
        AlternativeKind.Assert => $"assert {Name}",
        AlternativeKind.Switch => string.Create(CultureInfo.InvariantCulture, $"switch CPU{Index}"),
        AlternativeKind.Run => $"run {Name}",
        AlternativeKind.Timeout => $"timeout {Name}",
        AlternativeKind.End => "end",
        _ => string.Create(CultureInfo.InvariantCulture, $"outcome {Index}"),
    };
}

/// <summary>
/// A point at which the execution can go on in more than one way. The first alternative is the default: what happens when nobody
/// interferes. One instance is reused for all points of an execution.
/// </summary>
public sealed class Decision
{
    /// <summary>Where it falls.</summary>
    public PointKind Kind { get; private set; }

    /// <summary>The task whose stack it stands on, or the CPU, or the machine.</summary>
    public string Actor { get; private set; } = "";

    /// <summary>How many points of this actor came before, offered or not.</summary>
    public int LocalStep { get; private set; }

    /// <summary>The operation about to run, or what is waited for or decided.</summary>
    public string Operation { get; private set; } = "";

    /// <summary>The process that would go on by default: for strategies that rank processes.</summary>
    public int Process { get; private set; }

    /// <summary>The alternatives.</summary>
    public AlternativeList Alternatives { get; } = new();

    /// <summary>The alternatives, as bits, that need not be explored here: they were, in another order.</summary>
    public ulong Asleep { get; internal set; }

    /// <summary>How much the code that runs on a CPU is in the middle of: locks it holds, and shared data it has read and not written back.</summary>
    public Func<int, int> EngagedOn { get; internal init; } = static _ => 0;

    internal void Begin(PointKind kind, string actor, int localStep, string operation, int process)
    {
        Kind = kind;
        Actor = actor;
        LocalStep = localStep;
        Operation = operation;
        Process = process;
        Asleep = 0;
        Alternatives.Clear();
    }
}

/// <summary>The alternatives of a decision, in one array for all decisions: a point with nothing to decide must cost nothing.</summary>
public sealed class AlternativeList : IReadOnlyList<Alternative>
{
    private Alternative[] _all = new Alternative[8];

    internal AlternativeList()
    {
    }

    /// <inheritdoc/>
    public int Count { get; private set; }

    /// <inheritdoc/>
    public Alternative this[int index] => index < Count ? _all[index] : throw new ArgumentOutOfRangeException(nameof(index));

    /// <summary>Goes through them.</summary>
    public ReadOnlySpan<Alternative>.Enumerator GetEnumerator() => new ReadOnlySpan<Alternative>(_all, 0, Count).GetEnumerator();

    IEnumerator<Alternative> IEnumerable<Alternative>.GetEnumerator() => ((IEnumerable<Alternative>)new ArraySegment<Alternative>(_all, 0, Count)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<Alternative>)this).GetEnumerator();

    internal void Add(in Alternative alternative)
    {
        if (Count == _all.Length)
        {
            Array.Resize(ref _all, 2 * Count);
        }

        _all[Count++] = alternative;
    }

    // What is left in the array are numbers and the names of sources and tasks, which live as long as the scenario.
    internal void Clear() => Count = 0;
}

/// <summary>One decision that was not the default: with the program, all that a schedule is.</summary>
/// <param name="Actor">The task, CPU or machine it belongs to.</param>
/// <param name="Step">The actor's local step.</param>
/// <param name="Point">The kind of point.</param>
/// <param name="Operation">The operation about to run: checked on replay.</param>
/// <param name="Choice">What was chosen.</param>
/// <param name="Cost">Preemptive switches it uses up.</param>
public sealed record RecordedDecision(string Actor, int Step, PointKind Point, string Operation, string Choice, int Cost = 0)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Actor} at {Operation} (step {Step}): {Choice}");
}

/// <summary>A decision that was not the default, as it was taken: put in words when somebody asks.</summary>
internal readonly record struct RecordedChoice(string Actor, int Step, PointKind Point, string Operation, Alternative Choice)
{
    public RecordedDecision InWords => new(Actor, Step, Point, Operation, Choice.ToString(), Choice.Cost);
}

/// <summary>The decisions of one execution. Few are ever read.</summary>
internal sealed class Schedule(RecordedChoice[] choices) : IReadOnlyList<RecordedDecision>
{
    private RecordedDecision[]? _inWords;

    public int Count => choices.Length;

    private RecordedDecision[] InWords => _inWords ??= Array.ConvertAll(choices, static choice => choice.InWords);

    public RecordedDecision this[int index] => InWords[index];

    public IEnumerator<RecordedDecision> GetEnumerator() => ((IEnumerable<RecordedDecision>)InWords).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => InWords.GetEnumerator();
}
