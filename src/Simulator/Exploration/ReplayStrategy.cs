using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace IrqSafety.Simulator;

/// <summary>Follows recorded decisions, and the default everywhere else.</summary>
public sealed class ReplayStrategy : IStrategy
{
    private readonly Dictionary<(string Actor, int Step, PointKind Point), RecordedDecision> _decisions;
    private readonly HashSet<(string Actor, int Step, PointKind Point)> _open = [];

    /// <summary>Follows these decisions.</summary>
    public ReplayStrategy(IEnumerable<RecordedDecision> decisions)
    {
        _decisions = decisions.ToDictionary(decision => (decision.Actor, decision.Step, decision.Point));
        _open.UnionWith(_decisions.Keys);
    }

    /// <inheritdoc/>
    public string Name => "replay";

    /// <inheritdoc/>
    public bool Reduces => false;

    /// <summary>The first step at which the program did not do what was recorded, or null.</summary>
    public string? Divergence { get; private set; }

    /// <inheritdoc/>
    public bool Begin()
    {
        Divergence = null;
        _open.UnionWith(_decisions.Keys);
        return true;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        System.ArgumentNullException.ThrowIfNull(decision);
        (string Actor, int LocalStep, PointKind Kind) key = (decision.Actor, decision.LocalStep, decision.Kind);
        if (_open.Count == 0 || !_decisions.TryGetValue(key, out RecordedDecision? recorded))
        {
            return 0;
        }

        _ = _open.Remove(key);
        int choice = decision.Alternatives.ToList().FindIndex(alternative => alternative.ToString() == recorded.Choice);
        if (choice < 0 || recorded.Operation != decision.Operation)
        {
            Divergence ??= string.Create(
                CultureInfo.InvariantCulture,
                $"{decision.Actor}, step {decision.LocalStep}: recorded '{recorded.Choice}' at {recorded.Operation}, found {decision.Operation} with {string.Join(", ", decision.Alternatives)}");
            return 0;
        }

        return choice;
    }

    /// <summary>Closes the run: what was recorded and never came up is a divergence too.</summary>
    public void End()
    {
        foreach ((string Actor, int Step, PointKind Point) key in _open)
        {
            Divergence ??= $"the recorded decision '{_decisions[key]}' never came up";
        }
    }
}
