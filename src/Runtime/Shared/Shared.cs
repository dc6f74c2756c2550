using System;
using System.Collections.Generic;
using System.Numerics;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>How an access to shared data is ordered. <see cref="MachineEvent.Value"/> of reads and writes.</summary>
public enum MemoryOrder
{
    /// <summary>A plain access: a data race when another CPU or context writes it unordered.</summary>
    Plain,

    /// <summary><c>READ_ONCE</c>, <c>WRITE_ONCE</c>, relaxed atomics: single-copy atomic, no ordering.</summary>
    Once,

    /// <summary><c>smp_load_acquire</c>.</summary>
    Acquire,

    /// <summary><c>smp_store_release</c>.</summary>
    Release,

    /// <summary>A value-returning atomic: ordered both ways.</summary>
    Full,
}

/// <summary>Data that several CPUs or contexts touch. There is a point before each access, and between the read and the write of a plain update.</summary>
/// <typeparam name="T">The data, immutable or by value.</typeparam>
/// <param name="value">The value at the start.</param>
/// <param name="name">Its name in reports.</param>
[DataCell]
public sealed class Shared<T>(T value, [System.Runtime.CompilerServices.CallerMemberName] string name = "") : IMemoryCell
{
    private static readonly Operation s_read = Operation.Of(typeof(Shared<>), nameof(Read));
    private static readonly Operation s_write = Operation.Of(typeof(Shared<>), nameof(Write));
    private static readonly Operation s_readOnce = Operation.Of(typeof(Shared<>), nameof(ReadOnce));
    private static readonly Operation s_writeOnce = Operation.Of(typeof(Shared<>), nameof(WriteOnce));
    private static readonly Operation s_loadAcquire = Operation.Of(typeof(Shared<>), nameof(LoadAcquire));
    private static readonly Operation s_storeRelease = Operation.Of(typeof(Shared<>), nameof(StoreRelease));
    private static readonly Operation s_update = Operation.Of(typeof(Shared<>), nameof(Update));
    private static readonly Operation s_exchange = Operation.Of(typeof(Shared<>), nameof(Exchange));
    private static readonly Operation s_compareExchange = Operation.Of(typeof(Shared<>), nameof(CompareExchange));
    private static readonly Operation s_atomicUpdate = Operation.Of(typeof(Shared<>), nameof(AtomicUpdate));
    private MachineValue<T> _cell = new(value);

    /// <summary>Its name in reports.</summary>
    public string Name { get; } = name;

    /// <summary>The value in memory now, for invariants and tests: not an access of the program.</summary>
    public T Peek => _cell.Value;

    /// <summary>A plain read.</summary>
    [NmiSafe]
    [Reads("this")]
    public T Read() => Read(s_read, MemoryOrder.Plain);

    /// <summary>A plain write.</summary>
    [NmiSafe]
    [Writes("this")]
    [Step(Rules.Steps.Store)]
    public void Write(T value) => Write(s_write, value, MemoryOrder.Plain);

    /// <summary><c>READ_ONCE</c>.</summary>
    [NmiSafe]
    [Reads("this", Marked = true)]
    public T ReadOnce() => Read(s_readOnce, MemoryOrder.Once);

    /// <summary><c>WRITE_ONCE</c>.</summary>
    [NmiSafe]
    [Writes("this", Marked = true)]
    [Step(Rules.Steps.Store)]
    public void WriteOnce(T value) => Write(s_writeOnce, value, MemoryOrder.Once);

    /// <summary><c>smp_load_acquire</c>.</summary>
    [NmiSafe]
    [Reads("this", Marked = true)]
    public T LoadAcquire() => Read(s_loadAcquire, MemoryOrder.Acquire);

    /// <summary><c>smp_store_release</c>.</summary>
    [NmiSafe]
    [Writes("this", Marked = true)]
    [Step(Rules.Steps.Store)]
    public void StoreRelease(T value) => Write(s_storeRelease, value, MemoryOrder.Release);

    /// <summary>Reads and then writes, as <c>x = f(x)</c> does: another access may come between.</summary>
    [NmiSafe]
    [Reads("this")]
    [Writes("this")]
    [Step(Rules.Steps.Store)]
    public void Update(Func<T, T> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Write(s_update, change(Read(s_update, MemoryOrder.Plain, MachineEvent.OfUpdate)), MemoryOrder.Plain, MachineEvent.OfUpdate);
    }

    /// <summary><c>xchg</c>: returns the value before.</summary>
    [NmiSafe]
    [Reads("this", Marked = true)]
    [Writes("this", Marked = true)]
    [Step(Rules.Steps.Store)]
    public T Exchange(T value) => Atomic(s_exchange, _ => value);

    /// <summary>
    /// <c>cmpxchg</c>: writes only if the value is <paramref name="expected"/>; returns the value before. One that does not write orders nothing. Source: Linux
    /// Documentation/atomic_t.txt, "ORDERING".
    /// </summary>
    [NmiSafe]
    [Reads("this", Marked = true)]
    [Writes("this", Marked = true)]
    [Step(Rules.Steps.Store)]
    public T CompareExchange(T value, T expected) =>
        Atomic(s_compareExchange, _ => value, before => EqualityComparer<T>.Default.Equals(before, expected));

    /// <summary>An atomic read-modify-write; returns the value before.</summary>
    [NmiSafe]
    [Reads("this", Marked = true)]
    [Writes("this", Marked = true)]
    [Step(Rules.Steps.Store)]
    public T AtomicUpdate(Func<T, T> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        return Atomic(s_atomicUpdate, change);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private T Read(Operation operation, MemoryOrder order, string? part = null)
    {
        Cpu cpu = operation.Begin(this, Access.Read);
        cpu.Publish(MachineEventKind.Read, this, (long)order, context: cpu.Context, text: part);
        return cpu.Stores?.Newest(this) is Buffered mine ? mine.Value : _cell.On(cpu.Machine);
    }

    private void Write(Operation operation, T value, MemoryOrder order, string? part = null)
    {
        Cpu cpu = operation.Begin(this);
        if (cpu.Stores is { } stores && order is MemoryOrder.Plain or MemoryOrder.Once)
        {
            stores.Add(KernelTask.Current, new Buffered(this, value));
        }
        else
        {
            cpu.Stores?.Drain();
            _cell.On(cpu.Machine) = value;
        }

        cpu.Publish(MachineEventKind.Written, this, (long)order, context: cpu.Context, text: part);
    }

    private T Atomic(Operation operation, Func<T, T> change, Func<T, bool>? writes = null)
    {
        Cpu cpu = operation.Begin(this);
        cpu.Stores?.Drain();
        T before = _cell.Value;
        if (writes?.Invoke(before) == false)
        {
            cpu.Publish(MachineEventKind.Read, this, (long)MemoryOrder.Once, context: cpu.Context);
            return before;
        }

        _cell.Value = change(before);
        cpu.Publish(MachineEventKind.Read, this, (long)MemoryOrder.Full, context: cpu.Context, text: MachineEvent.OfUpdate);
        cpu.Publish(MachineEventKind.Written, this, (long)MemoryOrder.Full, context: cpu.Context, text: MachineEvent.OfUpdate);
        return before;
    }

    private sealed class Buffered(Shared<T> cell, T value) : BufferedStore(cell)
    {
        public T Value => value;

        public override void Commit() => cell._cell.Value = value;
    }
}

/// <summary>Arithmetic on shared numbers.</summary>
public static class SharedNumbers
{
    /// <summary><c>atomic_fetch_add</c>: returns the value before.</summary>
    [NmiSafe]
    [Reads("cell", Marked = true)]
    [Writes("cell", Marked = true)]
    public static T FetchAdd<T>(this Shared<T> cell, T amount)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.AtomicUpdate(before => before + amount);
    }

    /// <summary>A plain <c>x += amount</c>: not atomic.</summary>
    [NmiSafe]
    [Reads("cell")]
    [Writes("cell")]
    public static void Add<T>(this Shared<T> cell, T amount)
        where T : INumber<T>
    {
        ArgumentNullException.ThrowIfNull(cell);
        cell.Update(before => before + amount);
    }
}
