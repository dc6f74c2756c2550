using System;
using System.Collections.Generic;
using System.Threading;

namespace IrqSafety.Simulator;

/// <summary>
/// A thread that lends its stack to one task at a time. It runs only while the engine has handed the turn to it, so that exactly one thread
/// of an execution runs at any moment.
/// </summary>
internal sealed class TaskThread
{
    private const int StackBytes = 1 << 20;
    private readonly SemaphoreSlim _turn = new(0);
    private readonly Thread _thread;
    private Action? _work;

    private TaskThread(int number)
    {
        _thread = new Thread(Loop, StackBytes) { IsBackground = true, Name = $"irqsafety task {number}" };
        _thread.Start();
    }

    /// <summary>Gives the turn to this thread.</summary>
    public void Resume() => _turn.Release();

    /// <summary>Waits, on this thread, until it has the turn again.</summary>
    public void Pause() => _turn.Wait();

    /// <summary>Sets what the thread executes when it is resumed for the first time.</summary>
    public void Assign(Action work) => _work = work;

    private void Loop()
    {
        while (true)
        {
            _turn.Wait();
            Action work = _work!;
            _work = null;
            work();
        }
    }

    /// <summary>The threads of one simulator. Not shared: workers do not contend for them.</summary>
    internal sealed class Pool
    {
        private readonly Stack<TaskThread> _free = new();
        private int _made;

        /// <summary>A free thread, or a new one.</summary>
        public TaskThread Lease() => _free.TryPop(out TaskThread? thread) ? thread : new TaskThread(++_made);

        /// <summary>Takes a thread back whose work has ended. One that is stuck is not given back, and stays behind.</summary>
        public void Return(TaskThread thread) => _free.Push(thread);
    }
}
