using System;

namespace IrqSafety.Simulator;

/// <summary>Uniform random: every alternative of every decision is equally likely.</summary>
public sealed class RandomStrategy(ulong seed) : IStrategy
{
    private ulong _execution;
    private SplitMix _random = new(seed);

    /// <inheritdoc/>
    public string Name => "random";

    /// <inheritdoc/>
    public bool Reduces => true;

    /// <summary>Executions begun: with the seed, all there is to know about what comes next.</summary>
    internal ulong Begun
    {
        get => _execution;
        set => _execution = value;
    }

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
        return _random.Below(decision.Alternatives.Count);
    }
}
