using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>
/// Depth-first search by re-execution: a stack of choices, of which the last that has an untried alternative is advanced. Complete within
/// the bound that the execution itself keeps.
/// </summary>
public sealed class ExhaustiveStrategy(bool reduces) : IStrategy
{
    private readonly List<Node> _stack = [];
    private int _depth;
    private bool _started;

    /// <inheritdoc/>
    public string Name => "exhaustive";

    /// <inheritdoc/>
    public bool Reduces => reduces;

    /// <summary>True after <see cref="Begin"/> found nothing left.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>Where the program behaved differently under the same choices, or null.</summary>
    public string? Divergence { get; private set; }

    /// <summary>Share of the tree that is done, if every subtree were of one size.</summary>
    public double Covered
    {
        get
        {
            double covered = 0;
            double weight = 1;
            foreach (Node node in _stack)
            {
                weight /= node.Count;
                covered += weight * node.Chosen;
            }

            return Exhausted ? 1 : covered;
        }
    }

    /// <inheritdoc/>
    public bool Begin()
    {
        if (_started && _depth < _stack.Count)
        {
            Node missing = _stack[_depth];
            Divergence ??= $"the execution ended before {missing.Actor} (step {missing.LocalStep}), where it could go on in {missing.Count} ways before";
        }

        _depth = 0;
        if (!_started)
        {
            _started = true;
            return true;
        }

        while (_stack.Count > 0)
        {
            Node last = _stack[^1];
            if (last.Chosen + 1 < last.Count)
            {
                _stack[^1] = last with { Chosen = last.Chosen + 1 };
                return true;
            }

            _stack.RemoveAt(_stack.Count - 1);
        }

        Exhausted = true;
        return false;
    }

    /// <summary>Forgets the tree: the set of points that matter grew.</summary>
    public void Restart()
    {
        _stack.Clear();
        _depth = 0;
        _started = false;
        Exhausted = false;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        int count = decision.Alternatives.Count;
        if (_depth == _stack.Count)
        {
            _stack.Add(new Node(count, 0, decision.LocalStep, decision.Actor));
        }

        Node node = _stack[_depth++];
        if (node.Count != count || node.LocalStep != decision.LocalStep || !string.Equals(node.Actor, decision.Actor, System.StringComparison.Ordinal))
        {
            Divergence ??= $"{decision.Actor} at {decision.Operation} (step {decision.LocalStep}): expected {node.Actor} (step {node.LocalStep}) with {node.Count} alternatives, found {count}";
            return node.Chosen < count ? node.Chosen : 0;
        }

        return node.Chosen;
    }

    /// <inheritdoc/>
    public void CutByBound()
    {
        for (int index = 0; index < _depth; index++)
        {
            Node node = _stack[index];
            if (node.Chosen == 0 && !node.DefaultCut)
            {
                _stack[index] = node with { DefaultCut = true };
            }
        }
    }

    /// <inheritdoc/>
    public bool DefaultIsExplored => _depth > 0 && _stack[_depth - 1] is { Chosen: > 0, DefaultCut: false };

    private readonly record struct Node(int Count, int Chosen, int LocalStep, string Actor, bool DefaultCut = false);
}
