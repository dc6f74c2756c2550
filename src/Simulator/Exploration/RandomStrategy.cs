using System;

namespace IrqSafety.Simulator;

/// <summary>Chooses at random: the default as often as all alternatives together, so that long runs are not cut to pieces.</summary>
public sealed class RandomStrategy(ulong seed) : IStrategy
{
    private ulong _execution;
    private SplitMix _random = new(seed);

    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public bool Reduces => true;

    /// <inheritdoc/>
    public bool Begin()
    {
        _random = new SplitMix(seed ^ (++_execution * 0xD1342543DE82EF95));
        return true;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        int count = decision.Alternatives.Count;
        bool uniform = decision.Kind is not PointKind.Step || count == 2;
        return uniform ? _random.Below(count) : Math.Max(0, _random.Below(2 * (count - 1)) - (count - 2));
    }
}
