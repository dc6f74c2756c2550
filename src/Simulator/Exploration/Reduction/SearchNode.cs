using System;
using System.Collections.Generic;
using System.Linq;
using System.Numerics;

namespace IrqSafety.Simulator;

/// <summary>A decision on the current path.</summary>
internal sealed class SearchNode
{
    private PointKind _kind;
    private int _cpu;
    private bool _isFixed;

    public SearchNode()
    {
    }

    public SearchNode(NodeState state)
    {
        (_kind, _cpu, _isFixed, Actor, LocalStep) = (state.Kind, state.Cpu, state.IsFixed, state.Actor, state.Step);
        (Todo, Done, Cut, Asleep, Chosen) = (state.Todo, state.Done, state.Cut, state.Asleep, state.Chosen);
        Alternatives.AddRange(state.Alternatives.Select(alternative => (alternative.Kind, alternative.Index)));
    }

    public string Actor { get; private set; } = "";

    public int LocalStep { get; private set; }

    public List<(AlternativeKind Kind, int Index)> Alternatives { get; } = [];

    /// <summary>Events of the execution before it.</summary>
    public int Events { get; set; }

    /// <summary>Alternatives to be explored.</summary>
    public ulong Todo { get; private set; }

    /// <summary>Alternatives explored.</summary>
    public ulong Done { get; set; }

    /// <summary>Alternatives under which the bound left something out.</summary>
    public ulong Cut { get; set; }

    /// <summary>Alternatives explored in another order.</summary>
    public ulong Asleep { get; private set; }

    public int Chosen { get; set; }

    public NodeState Save() => new(
        _kind, _cpu, Actor, LocalStep, [.. Alternatives.Select(alternative => new Alternative(alternative.Kind, alternative.Index))], Todo, Done, Cut, Asleep, Chosen, _isFixed);

    public void Begin(Decision decision, int events, int only, bool all)
    {
        (_kind, _cpu, Actor, LocalStep, Events) = (decision.Kind, decision.Process, decision.Actor, decision.LocalStep, events);
        (Todo, Done, Cut, Asleep) = (0, 0, 0, decision.Asleep);
        Alternatives.Clear();
        all |= _kind is PointKind.Fault or PointKind.Quiet or PointKind.Reschedule;
        foreach (Alternative alternative in decision.Alternatives)
        {
            bool isOrder = alternative.Kind
                is AlternativeKind.Continue or AlternativeKind.Take or AlternativeKind.Defer or AlternativeKind.Arrive or AlternativeKind.Assert or AlternativeKind.Switch;
            Todo |= all || !isOrder ? 1UL << Alternatives.Count : 0;
            Alternatives.Add((alternative.Kind, alternative.Index));
        }

        if (Alternatives.Count > 64)
        {
            throw new InvalidOperationException($"more than 64 alternatives at {decision.Operation}");
        }

        _isFixed = only >= 0;
        if (_isFixed)
        {
            Chosen = Math.Min(only, Alternatives.Count - 1);
            (Todo, Asleep) = (1UL << Chosen, 0);
            return;
        }

        ulong awake = (ulong.MaxValue >> (64 - Alternatives.Count)) & ~Asleep;
        if (awake == 0 && _kind == PointKind.Wait)
        {
            // Nobody stands here who could be stopped: the search is told at the next step.
            (awake, Asleep) = (Asleep, 0);
        }

        if (awake == 0)
        {
            Chosen = -1;
            return;
        }

        Chosen = BitOperations.TrailingZeroCount(awake);
        Todo |= 1UL << Chosen;
    }

    /// <summary>What was interrupted here goes on first.</summary>
    public void TryHost()
    {
        for (int index = 0; index < Alternatives.Count && _kind == PointKind.Step; index++)
        {
            if (Alternatives[index].Kind is AlternativeKind.Continue or AlternativeKind.Defer)
            {
                Add(index);
            }
        }
    }

    /// <summary>A CPU goes on. False where that is no alternative.</summary>
    public bool Try(int cpu)
    {
        int index = IndexOf(cpu);
        if (index >= 0)
        {
            Add(index);
        }

        return index >= 0;
    }

    /// <summary>True when a CPU going on is among what is explored.</summary>
    public bool Tries(int cpu) => IndexOf(cpu) is >= 0 and { } index && (Todo & (1UL << index)) != 0;

    /// <summary>A source asserts, and is taken later. False where that is no alternative.</summary>
    public bool TryAssertion(int source)
    {
        int index = Alternatives.IndexOf((AlternativeKind.Assert, source));
        if (index >= 0)
        {
            Add(index);
        }

        return index >= 0;
    }

    /// <summary>A source arrives, or the CPU takes what is signalled. False where that is no alternative.</summary>
    public bool Try(int source, int cpu)
    {
        bool found = false;
        for (int index = 0; index < Alternatives.Count; index++)
        {
            (AlternativeKind kind, int number) = Alternatives[index];
            if ((kind == AlternativeKind.Arrive && number == source) || (kind == AlternativeKind.Take && number == cpu))
            {
                Add(index);
                found = true;
            }
        }

        return found;
    }

    /// <summary>True when what was chosen here lets the CPU run, which runs next, and another ran before.</summary>
    public bool SwitchesTo(int cpu) => Alternatives[Chosen] switch
    {
        (AlternativeKind.Switch, int to) => to == cpu,
        (AlternativeKind.Arrive, _) => _cpu != cpu || _kind != PointKind.Step,
        _ => false,
    };

    // All alternatives of a fixed decision are explored, by some search.
    private void Add(int index) => Todo |= _isFixed ? 0 : 1UL << index;

    private int IndexOf(int cpu)
    {
        for (int index = 0; index < Alternatives.Count; index++)
        {
            (AlternativeKind kind, int number) = Alternatives[index];
            if ((kind == AlternativeKind.Switch && number == cpu)
                || (_kind == PointKind.Step && _cpu == cpu && kind is AlternativeKind.Continue or AlternativeKind.Defer))
            {
                return index;
            }
        }

        return -1;
    }
}
