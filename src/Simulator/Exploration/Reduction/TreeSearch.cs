using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace IrqSafety.Simulator;

/// <summary>
/// Depth-first search by re-execution, with dynamic partial-order reduction: tries, at each decision, the default and what the executions so far showed to
/// matter; without reduction, everything. Where two events could have come in the other order, what could have led there is tried before the first; a run of a
/// handler moves as a whole. Sleep sets leave out what was explored in another order. Complete within the bound.
/// </summary>
/// <remarks>
/// Sources: Abdulla, Aronis, Jonsson, Sagonas, "Optimal dynamic partial order reduction", POPL 2014 (source sets; used where switches are not bounded);
/// Coons, Musuvathi, McKinley, "Bounded partial-order reduction", OOPSLA 2013 (where they are, the beginning of a block of steps is a second place to
/// try the other process, because a switch costs nothing more there).
/// </remarks>
internal sealed class TreeSearch : ITreeSearch, IReversals
{
    private readonly bool _reduces;
    private readonly bool _bounded;
    private readonly ExecutionTrace _trace;
    private readonly IReadOnlyList<int> _prefix;
    private readonly List<SearchNode> _stack = [];
    private readonly Stack<SearchNode> _free = new();
    private readonly LockComponents _locks = new();
    private readonly List<int> _initials = [];
    private int _depth;
    private int _unchanged;
    private int _reliedOn;
    private bool _started;
    private bool _resumes;

    /// <summary>A search.</summary>
    /// <param name="reduces">False to explore every alternative of every decision.</param>
    /// <param name="bounded">Preemptive switches are bounded.</param>
    /// <param name="prefix">The choices of the first decisions, whose other alternatives are all explored by other searches; null for none.</param>
    /// <param name="state">Where an earlier search stood; null to begin.</param>
    public TreeSearch(bool reduces, bool bounded, IReadOnlyList<int>? prefix = null, TreeState? state = null)
    {
        (_reduces, _bounded) = (reduces, bounded);
        _prefix = prefix ?? [];
        _trace = new ExecutionTrace(_locks, this);
        if (state is not null)
        {
            _locks.Restore(state.LockClasses);
            _trace.Unsaid.Restore(state.Unsaid);
            _stack.AddRange(state.Nodes.Select(node => new SearchNode(node)));
            Exhausted = state.IsExhausted;
            _resumes = _started = true;
        }
    }

    /// <inheritdoc/>
    public string Name => _reduces ? "dpor" : "exhaustive";

    /// <inheritdoc/>
    public bool Reduces => false;

    /// <inheritdoc/>
    public ExecutionTrace? Trace => _reduces ? _trace : null;

    /// <inheritdoc/>
    public int Nodes => _depth;

    /// <inheritdoc/>
    public ulong Explored
    {
        get
        {
            SearchNode node = _stack[_depth - 1];
            return node.Done & ~node.Cut;
        }
    }

    /// <summary>True after <see cref="Begin"/> found nothing left.</summary>
    public bool Exhausted { get; private set; }

    /// <summary>Where the program behaved differently under the same choices, or null.</summary>
    public string? Divergence { get; private set; }

    /// <summary>Share of the tree that is done, if every subtree that is known to be needed were of one size.</summary>
    public double Covered
    {
        get
        {
            double covered = 0;
            double weight = 1;
            foreach (SearchNode node in _stack)
            {
                weight /= System.Numerics.BitOperations.PopCount(node.Todo);
                covered += weight * System.Numerics.BitOperations.PopCount(node.Done);
            }

            return Exhausted ? 1 : covered;
        }
    }

    /// <summary>The alternatives of the decision after the prefix, once an execution was made; 0 when there is none.</summary>
    public int WidthAfterPrefix => _stack.Count > _prefix.Count ? _stack[_prefix.Count].Alternatives.Count : 0;

    /// <inheritdoc/>
    public TreeState Save() => new([.. _stack.Select(node => node.Save())], Exhausted, _locks.Save(), _trace.Unsaid.Save());

    /// <inheritdoc/>
    public bool Begin()
    {
        if (_resumes)
        {
            // The stack is that of the execution made last.
            _resumes = false;
            _depth = _stack.Count;
        }

        if (_started && _depth < _stack.Count)
        {
            SearchNode missing = _stack[_depth];
            Divergence ??= string.Create(
                CultureInfo.InvariantCulture,
                $"the execution ended before {missing.Actor} (step {missing.LocalStep}), where it could go on in {missing.Alternatives.Count} ways before");
        }

        if (_locks.Version != _reliedOn)
        {
            Restart();
        }

        if (Exhausted)
        {
            return false;
        }

        _depth = 0;
        if (!_started)
        {
            _started = true;
            return true;
        }

        while (_stack.Count > 0)
        {
            SearchNode last = _stack[^1];
            last.Done |= 1UL << last.Chosen;
            ulong open = last.Todo & ~last.Done & ~last.Asleep;
            if (open != 0)
            {
                last.Chosen = System.Numerics.BitOperations.TrailingZeroCount(open);
                _unchanged = _stack.Count - 1;
                return true;
            }

            _free.Push(last);
            _stack.RemoveAt(_stack.Count - 1);
        }

        Exhausted = true;
        return false;
    }

    /// <inheritdoc/>
    public int Choose(Decision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        if (_depth == _stack.Count)
        {
            SearchNode added = _free.TryPop(out SearchNode? free) ? free : new SearchNode();
            added.Begin(decision, _trace.Count, _depth < _prefix.Count ? _prefix[_depth] : -1, all: !_reduces);
            if (added.Chosen < 0)
            {
                _free.Push(added);
                return -1;
            }

            _stack.Add(added);
        }

        SearchNode node = _stack[_depth++];
        node.Events = _trace.Count;
        int count = decision.Alternatives.Count;
        if (node.Alternatives.Count != count || node.LocalStep != decision.LocalStep || !string.Equals(node.Actor, decision.Actor, StringComparison.Ordinal))
        {
            Divergence ??= string.Create(
                CultureInfo.InvariantCulture,
                $"{decision.Actor} at {decision.Operation} (step {decision.LocalStep}): expected {node.Actor} (step {node.LocalStep}) with {node.Alternatives.Count} alternatives, found {count}");
            return node.Chosen < count ? node.Chosen : 0;
        }

        return node.Chosen;
    }

    /// <inheritdoc/>
    public void CutByBound()
    {
        for (int index = 0; index < _depth; index++)
        {
            _stack[index].Cut |= 1UL << _stack[index].Chosen;
        }
    }

    /// <inheritdoc/>
    public void Reverse(Race race)
    {
        (int first, int second, bool ofPending) = race;

        // Between decisions that were not changed, an earlier execution showed the same.
        if (_trace.PlaceOf(second).Nodes <= _unchanged)
        {
            return;
        }

        int cpu = _trace.PlaceOf(first).Cpu;
        FindInitials(first, second);
        if (ofPending && _trace.Runs.EnteredBy(first) is { } entered)
        {
            LetPendingBeSeen(entered);
        }

        if (!_bounded && _initials.Exists(initial => IsTried(first, _trace.PlaceOf(initial).Cpu, cpu)))
        {
            return;
        }

        foreach (int initial in _initials)
        {
            EventPlace place = _trace.PlaceOf(initial);
            int target = place.Cpu;
            if (target < 0)
            {
                // It asserts whoever runs, at no cost.
                AssertEarlier(place.Source, _trace.PlaceOf(first).Nodes);
                continue;
            }

            if (_trace.Runs.HostedBy(_trace.Order.ProcessOf(initial), first) is { } hosted)
            {
                LetHostGoOn(hosted);
                if (ofPending)
                {
                    LetPendingBeSeen(hosted);
                }
            }

            if (_trace.RunOf(initial) is { } run && run.Entry > first)
            {
                MoveEarlier(run, first);
            }

            if (target != cpu)
            {
                RunBefore(first, target);
                if (_bounded && _trace.RunOf(first) is { } handler)
                {
                    // Where the switch is not to be had, what was interrupted may go on to where it costs nothing.
                    LetHostGoOn(handler);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void MoveEarlier(HandlerRun run, int before)
    {
        EventPlace place = _trace.PlaceOf(before);
        AddLatest(place.Nodes - 1, run.Source, run.Cpu);
        if (BlockStart(place) is >= 0 and { } start)
        {
            _ = _stack[start].Try(run.Source, run.Cpu);
        }
    }

    /// <inheritdoc/>
    public void TakeEarlier(int cpu, int before)
    {
        EventPlace place = _trace.PlaceOf(before);
        _ = AddLatest(place.Nodes - 1, -1, cpu);
        if (place.Cpu == cpu)
        {
            return;
        }

        RunBefore(before, cpu);
        if (BlockStart(place) is >= 0 and { } start)
        {
            // A CPU that idled there goes on only by what arrives: what was pending later may have been raised there already.
            for (int source = 0; source < _trace.Sources; source++)
            {
                _ = _stack[start].Try(source, -1);
            }
        }
    }

    /// <inheritdoc/>
    public void LetHostGoOn(HandlerRun run)
    {
        for (int index = _trace.PlaceOf(run.Entry).Nodes - 1; index >= 0 && _stack[index].Events == run.Begin; index--)
        {
            _stack[index].TryHost();
        }
    }

    // Where one decision led to the assertion and to the exception, the two are to be tried apart.
    private void LetPendingBeSeen(HandlerRun run)
    {
        for (int index = _trace.PlaceOf(run.Entry).Nodes - 1; index >= 0 && run.Begin < run.Entry && _stack[index].Events == run.Begin; index--)
        {
            _ = _stack[index].TryAssertion(run.Source);
        }
    }

    // The source is to assert at the latest of these decisions where it can, whether or not it is taken then.
    private void AssertEarlier(int source, int nodes)
    {
        for (int index = nodes - 1; index >= 0; index--)
        {
            if (_stack[index].TryAssertion(source) || _stack[index].Try(source, -1))
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public void LetOthersGoFirst(int cpu)
    {
        int last = _trace.Count - 1;
        if (last < 0)
        {
            return;
        }

        for (int other = 0; other < _trace.Cpus; other++)
        {
            if (other != cpu)
            {
                RunBefore(last, other);
            }
        }

        for (int source = 0; source < _trace.Sources; source++)
        {
            AddLatest(_depth - 1, source, -1);
        }
    }

    /// <inheritdoc/>
    public void Ends()
    {
        for (int source = 0; source < _trace.Sources; source++)
        {
            if (_trace.MayArrive(source) && !AddLatest(_depth - 1, source, -1))
            {
                AssertEarlier(source, _depth);
            }
        }

        for (int cpu = 0; cpu < _trace.Cpus; cpu++)
        {
            if (_trace.HasPending(cpu))
            {
                AddLatest(_depth - 1, -1, cpu);
            }
        }
    }

    private void Restart()
    {
        // Classes turned out to be connected: what sleep sets left out so far may matter.
        _reliedOn = _locks.Version;
        foreach (SearchNode node in _stack)
        {
            _free.Push(node);
        }

        _stack.Clear();
        _unchanged = 0;
        _started = false;
    }

    // The events after the first that do not need it, and nothing before them but it, on the way to the second.
    private void FindInitials(int first, int second)
    {
        _initials.Clear();
        HappensBefore order = _trace.Order;
        for (int candidate = first + 1; candidate <= second; candidate++)
        {
            if (candidate != second && (order.IsBefore(first, candidate) || !order.IsBefore(candidate, second)))
            {
                continue;
            }

            // An assertion that was merged with the exception moves with it.
            if (candidate != second && _trace.PlaceOf(candidate).Cpu < 0 && _trace.Runs.EnteredBy(candidate + 1) is { } entered && entered.Begin == candidate)
            {
                continue;
            }

            if (!_initials.Exists(earlier => order.IsBefore(earlier, candidate)))
            {
                _initials.Add(candidate);
            }
        }
    }

    private bool IsTried(int before, int target, int cpu)
    {
        if (target == cpu)
        {
            return false;
        }

        int events = EventsAt(before);
        for (int index = _trace.PlaceOf(before).Nodes - 1; index >= 0 && _stack[index].Events == events; index--)
        {
            if (_stack[index].Tries(target))
            {
                return true;
            }
        }

        return false;
    }

    // Another CPU goes on before the event: at the decisions directly before it and, where switches are counted, where its block of steps began.
    private void RunBefore(int before, int target)
    {
        EventPlace place = _trace.PlaceOf(before);
        int events = EventsAt(before);
        for (int index = place.Nodes - 1; index >= 0 && _stack[index].Events == events; index--)
        {
            _ = _stack[index].Try(target);
        }

        if (BlockStart(place) is >= 0 and { } start)
        {
            events = _stack[start].Events;
            for (int index = start; index >= 0 && _stack[index].Events == events; index--)
            {
                _ = _stack[index].Try(target);
            }
        }
    }

    // How many events there were at the decisions directly before an event.
    private int EventsAt(int happened) => _trace.Runs.EnteredBy(happened)?.Begin ?? happened;

    // Where switches are counted: the decision with which the block of steps began; −1 for none.
    private int BlockStart(EventPlace place)
    {
        for (int index = _bounded ? place.Nodes - 1 : -1; index >= 0; index--)
        {
            if (_stack[index].SwitchesTo(place.Cpu))
            {
                return index;
            }
        }

        return -1;
    }

    private bool AddLatest(int from, int source, int cpu)
    {
        for (int index = from; index >= 0; index--)
        {
            if (_stack[index].Try(source, cpu))
            {
                return true;
            }
        }

        return false;
    }
}
