using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>What somebody keeps about each object that an execution touches; made when it is first asked for.</summary>
/// <typeparam name="T">What is kept.</typeparam>
/// <remarks>
/// Most executions touch a handful of objects, which are new each time. Those are looked for one after the other, since the hash code of an object that has none yet costs
/// more; beyond that they are hashed.
/// </remarks>
internal sealed class ByObject<T> : IReusable
    where T : class, IReusable, new()
{
    private const int Few = 8;
    private readonly object?[] _few = new object?[Few];
    private readonly List<T> _kept = [];
    private Dictionary<object, T>? _many;
    private int _count;

    /// <summary>How many objects something is kept about.</summary>
    public int Count => _count;

    /// <summary>What is kept about the object that was asked about first, second, and so on.</summary>
    public T At(int index) => _kept[index];

    /// <summary>What is kept about an object.</summary>
    public T this[object about] => Find(about) ?? Make(about);

    /// <summary>The same; null when nobody asked for it yet.</summary>
    public T? Find(object about)
    {
        for (int index = Math.Min(_count, Few) - 1; index >= 0; index--)
        {
            if (ReferenceEquals(_few[index], about))
            {
                return _kept[index];
            }
        }

        return _count > Few ? _many!.GetValueOrDefault(about) : null;
    }

    /// <inheritdoc/>
    public void MakeNew()
    {
        for (int index = 0; index < _count; index++)
        {
            _kept[index].MakeNew();
        }

        Array.Clear(_few, 0, Math.Min(_count, Few));
        _many?.Clear();
        _count = 0;
    }

    private T Make(object about)
    {
        if (_count == _kept.Count)
        {
            _kept.Add(new T());
        }

        T made = _kept[_count];
        if (_count < Few)
        {
            _few[_count] = about;
        }
        else
        {
            (_many ??= new(ReferenceEqualityComparer.Instance)).Add(about, made);
        }

        _count++;
        return made;
    }
}
