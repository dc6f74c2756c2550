using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>
/// Delay bounding: the default is a scheduler that always goes on with the first process that can; skipping one of them is a delay. Explores every
/// schedule with no delay, then with at most one, two and so on; faults cost nothing. Done when no schedule needs more.
/// Source: Emmi, Qadeer, Rakamarić, "Delay-bounded scheduling", POPL 2011.
/// </summary>
internal sealed class DelayStrategy : ITreeSearch
{
    private readonly List<Node> _stack = [];
    private int _depth;
    private int _delays;
    private bool _started;
    private bool _cut;

    /// <inheritdoc/>
    public string Name => "delay";

    /// <inheritdoc/>
    public bool Reduces => false;

    /// <summary>The delays allowed at the moment.</summary>
    public int Delays => _delays;

    /// <inheritdoc/>
    public bool Exhausted { get; private set; }

    /// <inheritdoc/>
    public string? Divergence { get; private set; }

    /// <inheritdoc/>
    public double Covered => Exhausted ? 1 : 0;

    /// <inheritdoc/>
    public bool Begin()
    {
        _depth = 0;
        if (!_started)
        {
            return _started = true;
        }

        while (_stack.Count > 0)
        {
            Node last = _stack[^1];
            if (last.Chosen + 1 < last.Count)
            {
                if (last.IsFree || last.Spent + last.Chosen + 1 <= _delays)
                {
                    _stack[^1] = last with { Chosen = last.Chosen + 1 };
                    return true;
                }

                _cut = true;
            }

            _stack.RemoveAt(_stack.Count - 1);
        }

        Exhausted = !_cut;
        _delays++;
        _cut = false;
        return !Exhausted;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        int count = decision.Alternatives.Count;
        if (_depth == _stack.Count)
        {
            int spent = _depth == 0 ? 0 : _stack[_depth - 1].SpentWithChoice;
            _stack.Add(new Node(count, 0, decision.Kind == PointKind.Fault, spent, decision.Actor, decision.LocalStep));
        }

        Node node = _stack[_depth++];
        if (node.Count != count || node.LocalStep != decision.LocalStep || node.Actor != decision.Actor)
        {
            Divergence ??= $"{decision.Actor} at {decision.Operation} (step {decision.LocalStep}): expected {node.Actor} (step {node.LocalStep}) with {node.Count} alternatives, found {count}";
        }

        return Math.Min(node.Chosen, count - 1);
    }

    private readonly record struct Node(int Count, int Chosen, bool IsFree, int Spent, string Actor, int LocalStep)
    {
        public int SpentWithChoice => Spent + (IsFree ? 0 : Chosen);
    }
}
