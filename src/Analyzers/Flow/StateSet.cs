using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// The states that reach a point: at most <see cref="Limit"/>. Above it, states that agree on locks, masks and protocols are joined first,
/// and then all of them: what is lost is knowledge, so that a finding is missed rather than invented.
/// </summary>
internal sealed class StateSet
{
    /// <summary>The most states kept apart.</summary>
    public const int Limit = 8;

    // One state at most points.
    private readonly List<PathState> _states = new(1);
    private int _precision;

    /// <summary>The states, in the order in which they came.</summary>
    public IReadOnlyList<PathState> States => _states;

    /// <summary>Forgets them all.</summary>
    public void Clear()
    {
        _states.Clear();
        _precision = 0;
    }

    /// <summary>True when one of these is among them.</summary>
    public bool ContainsAny(IReadOnlyList<PathState> states)
    {
        for (int i = 0; i < states.Count; i++)
        {
            if (_states.Contains(states[i]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds states; true when the set says something new.</summary>
    public bool Add(IReadOnlyList<PathState> states)
    {
        PathState[]? before = null;
        int count = _states.Count;
        for (int i = 0; i < states.Count; i++)
        {
            if (!_states.Contains(states[i]))
            {
                _states.Add(states[i]);
            }
        }

        if (_states.Count == count)
        {
            return false;
        }

        if (_precision > 0 || _states.Count > Limit)
        {
            before = [.. _states.Take(count)];
        }

        if (_precision == 0 && _states.Count > Limit)
        {
            _precision = 1;
        }

        if (_precision == 1)
        {
            JoinGroups();
            if (_states.Count > Limit)
            {
                _precision = 2;
            }
        }

        if (_precision == 2 && _states.Count > 1)
        {
            PathState joined = _states.Aggregate((left, right) => left.Join(right));
            _states.Clear();
            _states.Add(joined);
        }

        return before is null || _states.Count != before.Length || !_states.TrueForAll(before.Contains);
    }

    private void JoinGroups()
    {
        var joined = new List<PathState>();
        foreach (PathState state in _states)
        {
            int like = joined.FindIndex(state.AgreesWith);
            if (like < 0)
            {
                joined.Add(state);
            }
            else
            {
                joined[like] = joined[like].Join(state);
            }
        }

        _states.Clear();
        _states.AddRange(joined);
    }
}
