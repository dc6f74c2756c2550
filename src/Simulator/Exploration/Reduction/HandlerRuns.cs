using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>One run of a handler.</summary>
/// <param name="Process">The interrupt on its CPU.</param>
/// <param name="Host">What it interrupted.</param>
/// <param name="Cpu">Where.</param>
/// <param name="Source">The spontaneous source; −1 for interrupts that the program raises.</param>
/// <param name="Entry">The event of taking it.</param>
/// <param name="HostBefore">The last event of what it interrupted, or −1.</param>
internal sealed record HandlerRun(int Process, int Host, int Cpu, int Source, int Entry, int HostBefore)
{
    /// <summary>The entry, or the assertion it was merged with: one decision led to both.</summary>
    public int Begin { get; init; }

    /// <summary>The first event after it.</summary>
    public int End { get; set; } = int.MaxValue;
}

/// <summary>The runs of handlers of one execution, in the order they were entered.</summary>
internal sealed class HandlerRuns
{
    private readonly List<HandlerRun> _all = [];

    /// <summary>Forgets the last execution.</summary>
    public void Clear() => _all.Clear();

    /// <summary>A handler is entered.</summary>
    public void Add(HandlerRun entered) => _all.Add(entered);

    /// <summary>The last run that a process hosted, or null.</summary>
    public HandlerRun? LastHostedBy(int process)
    {
        for (int index = _all.Count - 1; index >= 0; index--)
        {
            if (_all[index].Host == process)
            {
                return _all[index];
            }
        }

        return null;
    }

    /// <summary>The run that a process hosted while an event happened, or null.</summary>
    public HandlerRun? HostedBy(int process, int during)
    {
        foreach (HandlerRun run in _all)
        {
            if (run.Host == process && run.Entry <= during && during < run.End)
            {
                return run;
            }
        }

        return null;
    }

    /// <summary>The run that an event is the entry of, or null.</summary>
    public HandlerRun? EnteredBy(int happened)
    {
        foreach (HandlerRun run in _all)
        {
            if (run.Entry == happened)
            {
                return run;
            }
        }

        return null;
    }

    /// <summary>The last run of a process that was entered by then, or null.</summary>
    public HandlerRun? Of(int process, int happened)
    {
        for (int index = _all.Count - 1; index >= 0; index--)
        {
            if (_all[index].Process == process && _all[index].Entry <= happened)
            {
                return _all[index];
            }
        }

        return null;
    }
}
