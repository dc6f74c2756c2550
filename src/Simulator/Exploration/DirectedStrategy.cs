using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>
/// Random schedules that change course at the operations of interest, and seldom elsewhere: an interrupt or a switch just before them is what
/// confirms a finding there. Until an operation of interest is known it changes course anywhere.
/// </summary>
internal sealed class DirectedStrategy(ulong seed) : IStrategy
{
    private const int SeldomElsewhere = 8;
    private readonly HashSet<(string Actor, string Operation)> _interesting = [];
    private ulong _execution;
    private SplitMix _random = new(seed);

    /// <inheritdoc/>
    public string Name => "directed";

    /// <inheritdoc/>
    public bool Reduces => true;

    /// <summary>A step of a finding was seen.</summary>
    public void AddStep(string actor, string operation) => _interesting.Add((actor, operation));

    /// <inheritdoc/>
    public bool Begin()
    {
        _random = new SplitMix(seed ^ (++_execution * 0x9FB21C651E98DF25));
        return true;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        bool changes = decision.Kind != PointKind.Step
            || _interesting.Count == 0
            || _interesting.Contains((decision.Actor, decision.Operation))
            || _random.Below(SeldomElsewhere) == 0;
        return changes ? _random.Below(decision.Alternatives.Count) : 0;
    }
}
