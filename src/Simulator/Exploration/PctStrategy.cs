using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>
/// Probabilistic concurrency testing: every process has a random priority, the most urgent that can run runs, and at d−1 random points the
/// running one becomes the least urgent. A process is a CPU or a source; an arrival is the source's only step. Finds a bug of depth d in one
/// execution with probability at least 1/(n·k^(d−1)). Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, ASPLOS 2010.
/// </summary>
public sealed class PctStrategy(ulong seed, int depth) : IStrategy
{
    private readonly Dictionary<(AlternativeKind, int), ulong> _priorities = [];
    private readonly HashSet<int> _changes = [];
    private ulong _execution;
    private SplitMix _random = new(seed);
    private int _step;
    private ulong _lowest;

    /// <inheritdoc/>
    public string Name => "pct";

    /// <inheritdoc/>
    public bool Reduces => true;

    /// <summary>The depth of bug it aims at.</summary>
    public int Depth => depth;

    /// <summary>Most decisions seen in one execution: the k of the bound.</summary>
    public int LongestRun { get; internal set; } = 1;

    /// <summary>Most processes seen: the n of the bound.</summary>
    public int Processes { get; internal set; } = 1;

    /// <summary>Executions begun.</summary>
    internal ulong Begun
    {
        get => _execution;
        set => _execution = value;
    }

    /// <summary>A switch could not be made in this execution because the bound was used up: the probability does not hold for it.</summary>
    internal bool WasCut { get; private set; }

    /// <inheritdoc/>
    public bool Begin()
    {
        LongestRun = Math.Max(LongestRun, _step);
        Processes = Math.Max(Processes, _priorities.Count);
        _random = new SplitMix(seed ^ (++_execution * 0x9E6C63D0876A9A47));
        _priorities.Clear();
        _changes.Clear();
        for (int change = 1; change < depth; change++)
        {
            _ = _changes.Add(_random.Below(LongestRun) + 1);
        }

        _step = 0;
        WasCut = false;
        _lowest = 1UL << 32;
        return true;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (decision.Kind == PointKind.Fault)
        {
            return _random.Below(decision.Alternatives.Count);
        }

        if (_changes.Contains(++_step))
        {
            _priorities[ProcessOf(decision, 0)] = --_lowest;
        }

        int best = 0;
        for (int index = 1; index < decision.Alternatives.Count; index++)
        {
            if (PriorityOf(ProcessOf(decision, index)) > PriorityOf(ProcessOf(decision, best)))
            {
                best = index;
            }
        }

        return best;
    }

    /// <inheritdoc/>
    public void CutByBound() => WasCut = true;

    private static (AlternativeKind, int) ProcessOf(Decision decision, int index)
    {
        Alternative alternative = decision.Alternatives[index];
        return alternative.Kind switch
        {
            AlternativeKind.Continue or AlternativeKind.Defer => (AlternativeKind.Switch, decision.Process),
            AlternativeKind.Assert => (AlternativeKind.Arrive, alternative.Index),
            _ => (alternative.Kind, alternative.Index),
        };
    }

    private ulong PriorityOf((AlternativeKind, int) process)
    {
        if (!_priorities.TryGetValue(process, out ulong priority))
        {
            priority = _priorities[process] = (1UL << 33) + (_random.Next() >> 2);
        }

        return priority;
    }
}
