using System;
using System.Collections.Generic;

namespace IrqSafety.Simulator;

/// <summary>
/// The events of one execution with their happens-before order, by vector clocks: an event is after what its process did before, and after every
/// earlier event it depends on. Arrays are kept from one execution to the next.
/// </summary>
internal sealed class HappensBefore
{
    private readonly List<int> _last = [];
    private Entry[] _events = new Entry[64];
    private int _stride = 8;

    /// <summary>Events so far.</summary>
    public int Count { get; private set; }

    /// <summary>Processes so far.</summary>
    public int Processes => _last.Count;

    /// <summary>Forgets the last execution.</summary>
    public void Clear()
    {
        Count = 0;
        _last.Clear();
    }

    /// <summary>A process that has done nothing yet.</summary>
    public int NewProcess()
    {
        _last.Add(-1);
        if (_last.Count > _stride)
        {
            _stride *= 2;
            for (int index = 0; index < _events.Length; index++)
            {
                if (_events[index].Clock is { } clock)
                {
                    Array.Resize(ref clock, _stride);
                    _events[index].Clock = clock;
                }
            }
        }

        return _last.Count - 1;
    }

    /// <summary>The last event of a process, or −1.</summary>
    public int LastOf(int process) => _last[process];

    /// <summary>The process of an event.</summary>
    public int ProcessOf(int happened) => _events[happened].Process;

    /// <summary>The next event of a process.</summary>
    public int Add(int process)
    {
        if (Count == _events.Length)
        {
            Array.Resize(ref _events, Count * 2);
        }

        ref Entry added = ref _events[Count];
        int[] clock = added.Clock ??= new int[_stride];
        int before = _last[process];
        if (before < 0)
        {
            Array.Clear(clock);
        }
        else
        {
            _events[before].Clock.AsSpan(0, _stride).CopyTo(clock);
        }

        added.Process = process;
        added.Number = ++clock[process];
        _last[process] = Count;
        return Count++;
    }

    /// <summary>True when the first event is before the second, or the same.</summary>
    public bool IsBefore(int first, int second) => _events[second].Clock[_events[first].Process] >= _events[first].Number;

    /// <summary>Everything before the first event, and it, is before the second from now on.</summary>
    public void Order(int first, int second)
    {
        int[] earlier = _events[first].Clock;
        int[] later = _events[second].Clock;
        for (int process = 0; process < _last.Count; process++)
        {
            later[process] = Math.Max(later[process], earlier[process]);
        }
    }

    private struct Entry
    {
        public int Process;
        public int Number;
        public int[] Clock;
    }
}
