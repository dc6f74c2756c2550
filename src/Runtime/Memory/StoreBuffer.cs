using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>
/// The stores of one CPU that it has executed and that other CPUs do not see yet. First in, first out: the model keeps stores in order, and lets a
/// later load pass them. Exists only under the memory model <c>arm</c>. Its own CPU sees what is in it.
/// </summary>
public sealed class StoreBuffer
{
    private readonly List<BufferedStore> _stores = [];
    private KernelTask? _owner;

    internal StoreBuffer()
    {
    }

    /// <summary>How many stores are in it.</summary>
    public int Count => _stores.Count;

    /// <summary>The positions, from 1, of the stores to this location, oldest first.</summary>
    public IReadOnlyList<int> PositionsOf(object location)
    {
        var positions = new List<int>();
        for (int index = 0; index < _stores.Count; index++)
        {
            if (ReferenceEquals(_stores[index].Location, location))
            {
                positions.Add(index + 1);
            }
        }

        return positions;
    }

    /// <summary>Everything in it becomes visible to all CPUs.</summary>
    public void Drain() => Drain(_stores.Count);

    /// <summary>The oldest stores become visible to all CPUs.</summary>
    public void Drain(int count)
    {
        for (int index = 0; index < count; index++)
        {
            _stores[index].Commit();
        }

        _stores.RemoveRange(0, count);
    }

    internal void Add(KernelTask task, BufferedStore store)
    {
        _owner = task;
        _stores.Add(store);
    }

    internal BufferedStore? Newest(object location) => _stores.FindLast(store => ReferenceEquals(store.Location, location));

    // What other CPUs see of a lock, a completion or an interrupt line is changed by atomics and barriers, and so does a context switch.
    internal void BeforeStep(KernelTask task, object? location, Access access)
    {
        // An SGI is sent by a write that is ordered by barriers only.
        if (_stores.Count > 0 && (task != _owner || (access == Access.Write && location is not null and not IMemoryCell and not Gic)))
        {
            Drain();
        }
    }
}

/// <summary>A store in a buffer.</summary>
internal abstract class BufferedStore(object location)
{
    public object Location { get; } = location;

    /// <summary>Writes it to memory.</summary>
    public abstract void Commit();
}

/// <summary>A location of ordinary memory: plain stores to it may wait in a store buffer.</summary>
public interface IMemoryCell;
