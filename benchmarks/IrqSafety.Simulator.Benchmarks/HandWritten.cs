using System;
using System.Numerics;

namespace IrqSafety.Simulator.Benchmarks;

/// <summary>
/// <see cref="TwoLatchedSources"/> written out by hand: the same boot, task and handlers on a CPU and an interrupt controller that do what the model's do here.
/// Interrupts are nested calls, taken at the same points by the same choices; nothing is checked or recorded, and nobody could read what went wrong.
/// </summary>
/// <remarks>
/// Per execution: lines are requested and enabled; each point lists what may happen; a source that arrives is latched as pending; the CPU takes an exception (PMR,
/// PSTATE and counts saved and changed), acknowledges the most urgent pending line that PMR and the running priority let through, drops its priority, runs its
/// handlers, deactivates it and returns. Left out is what this program never reaches: other CPUs, NMIs, shared lines, faults.
/// </remarks>
internal sealed class HandWrittenMachine
{
    private const byte IrqOn = 0xe0;
    private const byte IrqOff = 0xc0;
    private const byte PsrISet = 0x10;
    private const byte NormalPriority = 0xc0;
    private const byte Idle = 0xff;
    private const int Timer = 19;
    private const int Device = 20;
    private const int MaskI = 2;
    private const int MaskAll = 15;

    private readonly Line[] _lines = new Line[32];
    private readonly byte[] _running = new byte[8];
    private readonly int[] _contexts = new int[8];
    private readonly int[] _sources = [Timer, Device];
    private readonly int[] _left = new int[2];
    private readonly Alternative[] _alternatives = new Alternative[5];
    private readonly Func<int, bool> _handler;
    private int _runningCount;
    private int _contextCount;
    private uint _pending;
    private uint _used;
    private byte _pmr;
    private int _daif;
    private bool _pan;
    private int _preemptOff;
    private int _hardIrqs;
    private bool _explores;
    private bool _isInWfi;
    private int _decisions;
    private int _count;

    public HandWrittenMachine() => _handler = OnInterrupt;

    /// <summary>Points so far, in all executions.</summary>
    public long Points { get; private set; }

    /// <summary>Interrupts taken so far.</summary>
    public long Taken { get; private set; }

    public void Execute()
    {
        Reset();
        Boot();
        _explores = true;
        Start();
        Task();
        Rest();
    }

    private void Reset()
    {
        for (uint used = _used; used != 0; used &= used - 1)
        {
            _lines[BitOperations.TrailingZeroCount(used)] = default;
        }

        (_used, _pending, _runningCount, _contextCount) = (0, 0, 0, 0);
        (_pmr, _daif, _pan, _preemptOff, _hardIrqs) = (IrqOn, 0, true, 0, 0);
        (_explores, _isInWfi, _count) = (false, false, 0);
        for (int source = 0; source < _left.Length; source++)
        {
            _left[source] = 1;
        }
    }

    private void Boot()
    {
        Request(Timer);
        Request(Device);
        Point();
        _preemptOff++;
        Enable(Timer);
        Enable(Device);
        Point();
        _preemptOff--;
    }

    // Between boot and task the sources may assert, which nobody takes then: the measurement chooses that nowhere.
    private void Start()
    {
        int count = 1;
        for (int source = 0; source < _sources.Length; source++)
        {
            if (_left[source] > 0)
            {
                _alternatives[count++] = new Alternative(Arrives: false, source);
            }
        }

        _alternatives[0] = new Alternative(Arrives: false, Source: -1);
    }

    private void Task()
    {
        Point();
        _pmr = IrqOff;
        Point();
        int read = _count;
        Point();
        _count = read + 1;
        Point();
        _pmr = IrqOn;
    }

    private bool OnInterrupt(int irq)
    {
        Point();
        int read = _count;
        Point();
        _count = read + 1;
        return true;
    }

    private void Request(int irq)
    {
        Point();
        ref Line line = ref _lines[irq];
        if (_contextCount != 0 || _preemptOff != 0 || line.State != LineState.Free)
        {
            throw new InvalidOperationException("request");
        }

        _used |= 1u << irq;
        line.Priority = NormalPriority;
        line.Handler = _handler;
        line.State = LineState.Requested;
    }

    private void Enable(int irq)
    {
        Point();
        ref Line line = ref _lines[irq];
        if (_preemptOff == 0 || line.State != LineState.Requested)
        {
            throw new InvalidOperationException("enable");
        }

        line.Enabled = true;
        line.State = LineState.Enabled;
    }

    // Everything that may happen before a step.
    private void Point()
    {
        while (_explores)
        {
            int count = 0;
            bool signalled = IsSignalled();
            _alternatives[count++] = new Alternative(Arrives: false, Source: -1);
            for (int source = 0; source < _sources.Length; source++)
            {
                if (_left[source] > 0)
                {
                    if (WouldTake(_sources[source]))
                    {
                        _alternatives[count++] = new Alternative(Arrives: true, source);
                    }

                    // Latched, to be taken later.
                    _alternatives[count++] = new Alternative(Arrives: false, source);
                }
            }

            Alternative chosen = _alternatives[Choose(count)];
            if (chosen.Source >= 0)
            {
                Assert(chosen.Source);
            }
            else if (!signalled)
            {
                break;
            }

            if (chosen.Arrives || (chosen.Source < 0 && signalled))
            {
                Take();
            }
        }

        Points++;
    }

    // No task is left: what has not arrived may, and finds the CPU idle.
    private void Rest()
    {
        while (true)
        {
            int count = 1;
            for (int source = 0; source < _sources.Length; source++)
            {
                if (_left[source] > 0 && WouldTake(_sources[source]))
                {
                    _alternatives[count++] = new Alternative(Arrives: true, source);
                }
            }

            int chosen = Choose(count);
            if (chosen == 0)
            {
                return;
            }

            Assert(_alternatives[chosen].Source);
            if (_isInWfi)
            {
                Take();
            }
            else
            {
                Point();
                _isInWfi = true;
            }
        }
    }

    // As the strategy of the measurement chooses: a source arrives one time in four.
    private int Choose(int count)
    {
        if (count == 1 || ++_decisions % 4 != 0)
        {
            return 0;
        }

        for (int index = 1; index < count; index++)
        {
            if (_alternatives[index].Arrives)
            {
                return index;
            }
        }

        return 0;
    }

    private void Assert(int source)
    {
        _left[source]--;
        int irq = _sources[source];
        _pending |= 1u << irq;
    }

    private bool WouldTake(int irq)
    {
        ref Line line = ref _lines[irq];
        return line.Enabled && !line.Active && line.Priority < _pmr && line.Priority < Running && (_daif & MaskI) == 0;
    }

    private byte Running => _runningCount == 0 ? Idle : _running[_runningCount - 1];

    private bool IsSignalled() => _pending != 0 && FindHighest(out int irq) && _lines[irq].Priority < _pmr && _lines[irq].Priority < Running && (_daif & MaskI) == 0;

    private bool FindHighest(out int highest)
    {
        highest = -1;
        for (uint rest = _pending; rest != 0; rest &= rest - 1)
        {
            int irq = BitOperations.TrailingZeroCount(rest);
            if (_lines[irq] is { Enabled: true, Active: false } line && (highest < 0 || line.Priority < _lines[highest].Priority))
            {
                highest = irq;
            }
        }

        return highest >= 0;
    }

    private void Take()
    {
        Taken++;
        (byte pmr, int daif, bool pan) = (_pmr, _daif, _pan);
        _daif = MaskAll;
        _pan = true;
        _pmr = IrqOn | PsrISet;
        _daif = MaskI | 1;
        _hardIrqs++;
        int irq = Acknowledge();
        _pmr = IrqOff;
        _daif = 0;
        if (irq >= 0)
        {
            // EOImode 1: the priority drops before the handlers.
            _contexts[_contextCount++] = irq;
            _runningCount--;
            ref Line line = ref _lines[irq];
            if (line.Handler is { } handler)
            {
                _ = handler(irq);
            }

            line.Active = false;
            _contextCount--;
        }

        _hardIrqs--;
        (_pmr, _daif, _pan) = (pmr, daif, pan);
    }

    private int Acknowledge()
    {
        if (!FindHighest(out int irq) || _lines[irq].Priority >= _pmr || _lines[irq].Priority >= Running)
        {
            return -1;
        }

        _pending &= ~(1u << irq);
        _lines[irq].Active = true;
        _running[_runningCount++] = _lines[irq].Priority;
        return irq;
    }

    private readonly record struct Alternative(bool Arrives, int Source);

    private enum LineState
    {
        Free,
        Requested,
        Enabled,
    }

    private struct Line
    {
        public LineState State;
        public bool Enabled;
        public bool Active;
        public byte Priority;
        public Func<int, bool>? Handler;
    }
}
