using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>
/// Random choice that comes between: code that is in the middle of something (it holds locks, or has read shared data that it has not written back) is left
/// for others with high probability, and whoever holds nothing yet is let in first. Deadlocks and lost updates need exactly that. Every alternative keeps some
/// probability, so nothing is out of reach.
/// </summary>
internal sealed class EngagedStrategy(ulong seed) : IStrategy
{
    // How much more likely the alternative is that comes between.
    private const int Preferred = 8;
    private readonly List<int> _weights = [];
    private ulong _execution;
    private SplitMix _random = new(seed);

    /// <inheritdoc/>
    public string Name => "engaged";

    /// <inheritdoc/>
    public bool Reduces => true;

    /// <summary>Executions begun.</summary>
    public ulong Begun
    {
        get => _execution;
        set => _execution = value;
    }

    /// <inheritdoc/>
    public bool Begin()
    {
        _random = new SplitMix(seed ^ (++_execution * 0xA24BAED4963EE407));
        return true;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        _weights.Clear();
        int sum = 0;
        foreach (Alternative alternative in decision.Alternatives)
        {
            int weight = WeightOf(decision, alternative);
            _weights.Add(weight);
            sum += weight;
        }

        int at = _random.Below(sum);
        int choice = 0;
        while (at >= _weights[choice])
        {
            at -= _weights[choice++];
        }

        return choice;
    }

    private static int WeightOf(Decision decision, Alternative alternative) => alternative.Kind switch
    {
        AlternativeKind.Continue or AlternativeKind.Defer => decision.EngagedOn(decision.Process) == 0 ? Preferred : 1,
        AlternativeKind.Switch => Math.Max(1, Preferred / (1 + (2 * decision.EngagedOn(alternative.Index)))),
        AlternativeKind.Take or AlternativeKind.Arrive => decision.EngagedOn(decision.Process) > 0 ? Preferred : 1,
        _ => 1,
    };
}
