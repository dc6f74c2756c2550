using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>What somebody keeps about each task of an execution; made when it is first asked for.</summary>
/// <typeparam name="T">What is kept.</typeparam>
internal sealed class ByTask<T>
    where T : class, new()
{
    private readonly List<T?> _all = [];

    /// <summary>What is kept about a task.</summary>
    public T this[SimTask task] => Find(task) ?? Make(task);

    /// <summary>What is kept about a task; null when nothing is.</summary>
    public T? Find(SimTask task) => task.Number < _all.Count ? _all[task.Number] : null;

    private T Make(SimTask task)
    {
        while (_all.Count <= task.Number)
        {
            _all.Add(null);
        }

        return _all[task.Number] = new T();
    }
}
