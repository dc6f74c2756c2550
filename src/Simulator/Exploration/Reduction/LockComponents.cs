using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Simulator;

/// <summary>
/// Which lock classes the lock rules may connect: a report can hinge on the order of two steps only when their classes are connected by locks
/// taken while others are held. Learned over the executions of a scenario.
/// </summary>
internal sealed class LockComponents
{
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly List<int> _parents = [];

    /// <summary>Grows when two components turn out to be one: what was explored before relied on less.</summary>
    public int Version { get; private set; }

    /// <summary>What is known.</summary>
    public IReadOnlyList<LockClassState> Save() => [.. _numbers.OrderBy(known => known.Value).Select(known => new LockClassState(known.Key, _parents[known.Value]))];

    /// <summary>Takes over what was known.</summary>
    public void Restore(IReadOnlyList<LockClassState> known)
    {
        foreach (LockClassState each in known)
        {
            _numbers[each.Name] = _parents.Count;
            _parents.Add(each.Parent);
        }
    }

    /// <summary>The number of a class.</summary>
    public int NumberOf(string name)
    {
        if (!_numbers.TryGetValue(name, out int number))
        {
            number = _numbers[name] = _parents.Count;
            _parents.Add(number);
        }

        return number;
    }

    /// <summary>The component of a class.</summary>
    public int Of(int number)
    {
        while (_parents[number] != number)
        {
            number = _parents[number] = _parents[_parents[number]];
        }

        return number;
    }

    /// <summary>A lock of one class was taken while one of the other was held.</summary>
    public void Connect(int first, int second)
    {
        (first, second) = (Of(first), Of(second));
        if (first != second)
        {
            _parents[first] = second;
            Version++;
        }
    }
}
