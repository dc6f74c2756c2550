using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Serialization;

namespace IrqSafety.Simulator;

/// <summary>What an event of a replay is.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ReplayEventKind>))]
public enum ReplayEventKind
{
    /// <summary>A model operation is executed.</summary>
    Step,

    /// <summary>A handler is entered: it is the last of <see cref="ReplayEvent.Handlers"/>.</summary>
    Enter,

    /// <summary>A handler returned: it is no longer among <see cref="ReplayEvent.Handlers"/>.</summary>
    Leave,

    /// <summary>The program made an interrupt pending on <see cref="ReplayEvent.TargetCpu"/>.</summary>
    Raise,

    /// <summary>An interrupt from outside became pending on <see cref="ReplayEvent.TargetCpu"/>: the schedule injected it.</summary>
    Inject,

    /// <summary>The task cannot go on until something happens elsewhere, and keeps its CPU.</summary>
    Wait,

    /// <summary>The task cannot go on until something happens elsewhere, and leaves its CPU.</summary>
    Sleep,

    /// <summary>A lock was taken.</summary>
    Lock,

    /// <summary>A lock was released.</summary>
    Unlock,

    /// <summary>PMR, DAIF or the preempt count changed.</summary>
    Mask,

    /// <summary>A task was made runnable.</summary>
    Wake,

    /// <summary>A protocol moved, a CPU came or went, a line was printed.</summary>
    Note,

    /// <summary>A law was broken, or harm was done.</summary>
    Violation,

    /// <summary>The task came to its end.</summary>
    End,
}

/// <summary>What a CPU takes, from everything to nothing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<MaskLevel>))]
public enum MaskLevel
{
    /// <summary>Every interrupt, and the scheduler.</summary>
    Open,

    /// <summary>Every interrupt; the task stays.</summary>
    PreemptOff,

    /// <summary>NMIs only: PMR masks the rest.</summary>
    IrqOff,

    /// <summary>Nothing: DAIF.I is set.</summary>
    AllOff,
}

/// <summary>
/// One event of a replay, with the state of its CPU after it. The text of a replay, its lanes and its trace are views of the list of these.
/// </summary>
public sealed record ReplayEvent
{
    /// <summary>Its number, from 1, in the one order of the schedule.</summary>
    public required int Number { get; init; }

    /// <summary>Virtual time in nanoseconds. Steps take none; waits with a deadline do.</summary>
    public long Time { get; init; }

    /// <summary>What it is.</summary>
    public required ReplayEventKind Kind { get; init; }

    /// <summary>The machine was booting: nothing arrived from outside, and CPUs were not switched.</summary>
    public bool Boot { get; init; }

    /// <summary>The CPU.</summary>
    public required int Cpu { get; init; }

    /// <summary>The task on whose stack it happened.</summary>
    public required string Task { get; init; }

    /// <summary>The interrupts that are handled on this stack, outermost first.</summary>
    public IReadOnlyList<ReplayHandler> Handlers { get; init; } = [];

    /// <summary>What happened, in words.</summary>
    public required string Text { get; init; }

    /// <summary>The operation; null when none was executed.</summary>
    public string? Operation { get; init; }

    /// <summary>What it touches: a lock, a cell, a line.</summary>
    public string? Location { get; init; }

    /// <summary>Where in the user's code: <c>file:line</c>.</summary>
    public string? Source { get; init; }

    /// <summary>ICC_PMR_EL1 of the CPU.</summary>
    public int Pmr { get; init; }

    /// <summary>PSTATE.DAIF as four letters, capital where masked.</summary>
    public string Daif { get; init; } = "";

    /// <summary>ICC_RPR_EL1 of the CPU: 255 when no interrupt is active.</summary>
    public int RunningPriority { get; init; }

    /// <summary>What the CPU takes.</summary>
    public MaskLevel MaskLevel { get; init; }

    /// <summary>The locks held by the code on this stack, in the order they were taken.</summary>
    public IReadOnlyList<string> Held { get; init; } = [];

    /// <summary>The interrupt concerned.</summary>
    public string? Interrupt { get; init; }

    /// <summary>Where it became pending.</summary>
    public int? TargetCpu { get; init; }

    /// <summary>Ties a <see cref="ReplayEventKind.Raise"/> to the <see cref="ReplayEventKind.Enter"/> of the handler it led to. Several raises may lead to one.</summary>
    public IReadOnlyList<int> Flows { get; init; } = [];

    /// <summary>The event as a line of the text of a replay; null for what the line before it implies.</summary>
    [JsonIgnore]
    public string? Line
    {
        get
        {
            if (Kind is ReplayEventKind.Mask or ReplayEventKind.Unlock or ReplayEventKind.End)
            {
                return null;
            }

            string path = string.Concat(Handlers.Select(handler => $" > {handler.Interrupt}"));
            return $"CPU{Cpu}  {Task}{path}  {(Kind == ReplayEventKind.Step ? "" : "— ")}{Text}{(Kind == ReplayEventKind.Step && Source is not null ? $"   {Source}" : "")}";
        }
    }
}

/// <summary>An interrupt or another exception being handled.</summary>
/// <param name="Interrupt">The interrupt, for example <c>SGI0</c>; for an exception that is none, its kind, for example <c>SDEI</c>.</param>
/// <param name="Context">The context its handler runs in, in words.</param>
public sealed record ReplayHandler(string Interrupt, string Context)
{
    /// <inheritdoc/>
    public override string ToString() => Context.Contains(Interrupt, StringComparison.Ordinal) ? Context : $"{Context} ({Interrupt})";
}
