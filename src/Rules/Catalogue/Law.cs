using System.Collections.Generic;

namespace IrqSafety.Rules;

/// <summary>How far a law can be shown by running the program.</summary>
public enum Shown
{
    /// <summary>The run-time check is the law itself.</summary>
    Direct,

    /// <summary>It shows through the model operation the code leads to.</summary>
    ThroughOperation,

    /// <summary>It cannot be shown by running.</summary>
    None,
}

/// <summary>The kinds of evidence a schedule can give.</summary>
public enum Evidence
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The lock graph of an execution that completed contains the inversion.</summary>
    Predicted,

    /// <summary>The operation was executed where its contract forbids it.</summary>
    Breach,

    /// <summary>Deadlock, lost interrupt, re-entry, torn state, hang, failed assertion.</summary>
    Harm,
}

/// <summary>The reordering of memory or register effects that a law guards against; it decides in which memory model a run can show the law.</summary>
public enum Reordering
{
    /// <summary>None: the law shows in program order.</summary>
    None,

    /// <summary>A store buffer, or a system-register or GIC write that takes effect late: shown with <c>--memory arm</c>.</summary>
    LateEffect,

    /// <summary>Load–load or dependency reordering, which no memory model of the simulator has.</summary>
    NotModelled,
}

/// <summary>A law: what must hold, whatever reports it.</summary>
/// <param name="Id">Identifier, for example <c>nmi.blocking-lock</c>.</param>
/// <param name="Text">The law in one sentence.</param>
/// <param name="Origin">The real bug or thread it comes from.</param>
/// <param name="Shown">How far it can be shown by running.</param>
/// <param name="Strongest">The strongest evidence possible.</param>
/// <param name="Needs">The reordering without which breaking it has no effect.</param>
public sealed record Law(string Id, string Text, string Origin, Shown Shown, Evidence Strongest, Reordering Needs = Reordering.None)
{
    /// <summary>
    /// Laws that the same mistake breaks too where it breaks this one: at the same operation, or later, on the way to the same harm. A run that shows both reports this one.
    /// </summary>
    public IReadOnlyList<string> AlsoBreaks { get; init; } = [];
}
