using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Linq;
using System.Threading;

namespace IrqSafety.Simulator;

/// <summary>
/// A thread that lends its stack to one task at a time. It runs only while the engine has handed the turn to it, so that exactly one thread
/// of an execution runs at any moment.
/// </summary>
internal sealed class TaskThread
{
    private const int StackBytes = 1 << 20;
    private const int NotMine = 0;
    private const int Mine = 1;
    private const int Sleeps = 2;

    // Where a processor is free for it, who looks takes up the turn soonest; where none is, looking keeps whoever has the turn from running. So looks that find nothing become fewer,
    // and it is tried now and then whether more would find something again. A look takes some 50 ns.
    private const int FewestLooks = 8;
    private const int MostLooks = 512;
    private const int TriesAllEvery = 64;

    // To leave the processor to others, as long as those are tasks too, takes less than to be woken. Where somebody else keeps it for long, only being woken brings it back.
    private const int Yields = 100;
    private const int WakesAfterLongYield = 128;
    private static readonly TimeSpan s_longYield = TimeSpan.FromMicroseconds(500);

    [ThreadStatic]
    private static TaskThread? s_running;

    private readonly AutoResetEvent _wake = new(false);
    private int _turn = NotMine;
    private int _looks = FewestLooks;
    private uint _searches;
    private int _wakes;
    private bool _keepsTurn;
    private readonly Thread? _thread;
    private Scheduler? _scheduler;
    private SimTask? _task;
    private bool _served;

    private TaskThread(int number)
    {
        _thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = $"irqsafety task {number}" };
        _thread.Start();
    }

    private TaskThread()
    {
    }

    /// <summary>The calling thread, which lends its stack for the time of one <see cref="Serve"/> each.</summary>
    public static TaskThread ForCaller() => new();

    /// <summary>The thread has not ended.</summary>
    public bool IsAlive => _thread is not { IsAlive: false };

    /// <summary>Gives the turn to this thread. When it has the turn itself, nobody has to be woken.</summary>
    public void Resume()
    {
        if (s_running == this)
        {
            _keepsTurn = true;
        }
        else if (Interlocked.Exchange(ref _turn, Mine) == Sleeps)
        {
            _ = _wake.Set();
        }
    }

    /// <summary>Waits, on this thread, until it has the turn again.</summary>
    public void Pause()
    {
        if (_keepsTurn)
        {
            _keepsTurn = false;
            return;
        }

        if (!LookForTurn() && Interlocked.CompareExchange(ref _turn, Sleeps, NotMine) == NotMine)
        {
            _ = _wake.WaitOne();
        }

        Volatile.Write(ref _turn, NotMine);
    }

    private bool LookForTurn()
    {
        int looks = ++_searches % TriesAllEvery == 0 ? MostLooks : _looks;
        for (int look = 0; look < looks; look++)
        {
            if (Volatile.Read(ref _turn) == Mine)
            {
                _looks = Math.Min(Math.Max(_looks, 2 * look), MostLooks);
                return true;
            }

            Thread.SpinWait(1);
        }

        _looks = Math.Max(_looks / 2, FewestLooks);
        return YieldForTurn();
    }

    private bool YieldForTurn()
    {
        if (_wakes > 0)
        {
            _wakes--;
            return false;
        }

        for (int yields = 0; yields < Yields; yields++)
        {
            long before = Stopwatch.GetTimestamp();
            _ = Thread.Yield();
            if (Stopwatch.GetElapsedTime(before) > s_longYield)
            {
                _wakes = WakesAfterLongYield;
                return Volatile.Read(ref _turn) == Mine;
            }

            if (Volatile.Read(ref _turn) == Mine)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Sets what the thread executes when it is resumed for the first time.</summary>
    public void Assign(Scheduler scheduler, SimTask task) => (_scheduler, _task) = (scheduler, task);

    /// <summary>
    /// Lends the calling thread's stack until the execution is over: it ended on this stack, or whoever it ended on gives the turn back without a task.
    /// </summary>
    /// <remarks>That the execution is over is not looked at from here: the thread it ends on still returns its stack then.</remarks>
    public void Serve()
    {
        _served = false;
        while (!_served)
        {
            Pause();
            if (_task is null)
            {
                break;
            }

            Work();
        }

        s_running = null;
    }

    /// <summary>Before <see cref="Serve"/>: from now on this is the thread that has the turn.</summary>
    public void BeginServing() => s_running = this;

    /// <summary>The execution is over, and this thread, which runs, knows.</summary>
    public void EndServing() => _served = true;

    private void Loop()
    {
        s_running = this;
        for (Pause(); _task is not null; Pause())
        {
            Work();
        }
    }

    private void Work()
    {
        (Scheduler scheduler, SimTask task) = (_scheduler!, _task!);
        (_scheduler, _task) = (null, null);
        scheduler.Execute(task);
    }

    /// <summary>The threads of one simulator. Not shared: workers do not contend for them.</summary>
    internal sealed class Pool
    {
        private readonly Stack<TaskThread> _free = new();
        private int _made;

        /// <summary>A free thread, or a new one.</summary>
        public TaskThread Lease() => _free.TryPop(out TaskThread? thread) ? thread : new TaskThread(++_made);

        /// <summary>Lets the free threads end. Those that a program keeps stay behind.</summary>
        public void Close()
        {
            while (_free.TryPop(out TaskThread? thread))
            {
                thread.Resume();
            }
        }

        /// <summary>Takes a thread back whose work has ended. One that is stuck is not given back, and stays behind.</summary>
        public void Return(TaskThread thread) => _free.Push(thread);

        /// <summary>The thread does not lend its stack any more.</summary>
        public void Remove(TaskThread thread)
        {
            if (_free.TryPeek(out TaskThread? last) && last == thread)
            {
                _ = _free.Pop();
            }
            else if (_free.Contains(thread))
            {
                RemoveWithin(thread);
            }
        }

        private void RemoveWithin(TaskThread thread)
        {
            TaskThread[] others = [.. _free.Where(free => free != thread).Reverse()];
            _free.Clear();
            foreach (TaskThread other in others)
            {
                _free.Push(other);
            }
        }
    }
}
