using System;
using System.Collections.Generic;
using System.Runtime.Intrinsics;

namespace IrqSafety.Simulator;

/// <summary>Vector clocks: what each process knows to have happened.</summary>
internal sealed class Clocks
{
    private readonly List<int[]> _of = [];
    private int _count;

    /// <summary>An execution begins: there are no processes.</summary>
    public void MakeNew() => _count = 0;

    /// <summary>A process that knows nothing yet.</summary>
    public int New()
    {
        int process = _count++;
        if (process == _of.Count)
        {
            _of.Add(new int[Math.Max(8, process + 1)]);
        }

        int[] clock = _of[process];
        Array.Clear(clock);
        clock[process] = 1;
        return process;
    }

    /// <summary>The process's own time. Grows when it lets others know.</summary>
    public int Now(int process) => _of[process][process];

    /// <summary>True when everything the other process did up to this time happened before what the process does now.</summary>
    public bool Knows(int process, int other, int time)
    {
        int[] clock = _of[process];
        return other < clock.Length && clock[other] >= time;
    }

    /// <summary>The process learns what was released.</summary>
    public void Acquire(int process, int[]? released)
    {
        if (released is not null)
        {
            int[] clock = _of[process];
            Join(ref clock, released);
            _of[process] = clock;
        }
    }

    /// <summary>The process learns everything that anybody knows.</summary>
    public void AcquireAll(int process)
    {
        for (int other = 0; other < _count; other++)
        {
            if (other != process)
            {
                Acquire(process, _of[other]);
                Tick(other);
            }
        }
    }

    /// <summary>Whoever acquires from here learns what the process knows, and what was released here before.</summary>
    public void Release(int process, ref int[]? into)
    {
        int[] target = into ?? [];
        Join(ref target, _of[process]);
        into = target;
        Tick(process);
    }

    /// <summary>The same, and nothing of what was released here before.</summary>
    public void Replace(int process, ref int[]? into)
    {
        into = null;
        Release(process, ref into);
    }

    /// <summary>Nothing was released here. A clock of zeros says as little as none.</summary>
    public static void Forget(int[]? released)
    {
        if (released is not null)
        {
            Array.Clear(released);
        }
    }

    /// <summary>Somebody released something here.</summary>
    public static bool SaysSomething(int[] released) => released.AsSpan().ContainsAnyExcept(0);

    /// <summary>What was released in one place is what is known from another, whatever that was before.</summary>
    public static void Copy(int[]? released, ref int[]? into)
    {
        Forget(into);
        if (released is not null)
        {
            int[] target = into ?? [];
            Join(ref target, released);
            into = target;
        }
    }

    private void Tick(int process) => _of[process][process]++;

    /// <summary>What both know.</summary>
    public static void Join(ref int[] target, int[] other)
    {
        if (target.Length < other.Length)
        {
            Array.Resize(ref target, other.Length);
        }

        int process = 0;
        for (; process <= other.Length - Vector256<int>.Count; process += Vector256<int>.Count)
        {
            Vector256.Max(Vector256.LoadUnsafe(ref target[process]), Vector256.LoadUnsafe(ref other[process])).StoreUnsafe(ref target[process]);
        }

        for (; process < other.Length; process++)
        {
            target[process] = Math.Max(target[process], other[process]);
        }
    }
}
