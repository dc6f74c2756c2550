using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace IrqSafety.Simulator;

/// <summary>What an execution leaves behind and the next one makes new.</summary>
internal interface IReusable
{
    /// <summary>As when it was made.</summary>
    void MakeNew();
}

/// <summary>What somebody keeps about each task of an execution; made when it is first asked for.</summary>
/// <typeparam name="T">What is kept.</typeparam>
internal sealed class ByTask<T> : IReusable
    where T : class, IReusable, new()
{
    private readonly List<T?> _all = [];

    /// <summary>What is kept about a task.</summary>
    public T this[SimTask task]
    {
        get
        {
            ReadOnlySpan<T?> all = CollectionsMarshal.AsSpan(_all);
            return ((uint)task.Number < (uint)all.Length ? all[task.Number] : null) ?? Make(task);
        }
    }

    /// <inheritdoc/>
    public void MakeNew()
    {
        foreach (T? each in _all)
        {
            each?.MakeNew();
        }
    }

    private T Make(SimTask task)
    {
        while (_all.Count <= task.Number)
        {
            _all.Add(null);
        }

        return _all[task.Number] = new T();
    }
}
