namespace IrqSafety.Simulator;

/// <summary>A strategy that works through a space and knows when it is done.</summary>
internal interface ITreeSearch : IStrategy
{
    /// <summary>True after <see cref="IStrategy.Begin"/> found nothing left.</summary>
    bool Exhausted { get; }

    /// <summary>Where the program behaved differently under the same choices, or null.</summary>
    string? Divergence { get; }

    /// <summary>Share of the space that is done, as far as it is known.</summary>
    double Covered { get; }

    /// <summary>The search as it stands between two executions; null where it cannot be written down.</summary>
    TreeState? Save() => null;
}
