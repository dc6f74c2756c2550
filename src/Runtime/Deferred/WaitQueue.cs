using System;
using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// A wait queue (<c>struct swait_queue_head</c>): tasks sleep on it until somebody wakes them. Waking takes its lock and the lock of the run queue the
/// task goes to, so it is never legal in an NMI. Source: Linux <c>kernel/sched/swait.c</c>, <c>try_to_wake_up</c>.
/// </summary>
public sealed class WaitQueue
{
    private const string TakesRunQueueLock = "takes the runqueue lock";

    private static readonly Operation s_wait = Operation.Of(typeof(WaitQueue), nameof(Wait));
    private static readonly Operation s_wakeUp = Operation.Of(typeof(WaitQueue), nameof(WakeUp));
    private static readonly Operation s_wakeUpAll = Operation.Of(typeof(WaitQueue), nameof(WakeUpAll));
    private readonly WaiterList _waiters = new("wait_queue.lock");

    /// <summary><c>wait_event</c>: sleeps until the condition holds. It is asked before sleeping and after each wake-up.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    public void Wait(Func<bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        Cpu cpu = s_wait.Begin(this);
        while (true)
        {
            Waiter waiter = _waiters.Prepare(cpu, s_wait);
            if (condition())
            {
                _waiters.Finish(Here(cpu), s_wait, waiter);
                return;
            }

            WaiterList.Sleep(Here(cpu), s_wait, this, waiter, deadline: null);
            cpu = Here(cpu);
        }
    }

    /// <summary><c>wake_up</c>: wakes the task that waits longest.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void WakeUp() => _waiters.Wake(s_wakeUp.Begin(this), s_wakeUp, all: false);

    /// <summary><c>wake_up_all</c>.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void WakeUpAll() => _waiters.Wake(s_wakeUpAll.Begin(this), s_wakeUpAll, all: true);

    // The task may have migrated.
    private static Cpu Here(Cpu cpu) => cpu.Machine.Cpus[KernelTask.Current.Cpu.Value];
}

/// <summary>The tasks that wait on one thing, under a raw lock of their own.</summary>
internal sealed class WaiterList(string lockName)
{
    private readonly List<Waiter> _waiters = [];

    public RawSpinLock Lock { get; } = new(lockName);

    public Waiter Prepare(Cpu cpu, Operation operation)
    {
        var waiter = new Waiter(KernelTask.Current);
        IrqFlags flags = Lock.AcquireIrqSave(cpu, operation);
        operation.Inside(Lock);
        _waiters.Add(waiter);
        Lock.ReleaseIrqRestore(cpu, flags);
        return waiter;
    }

    public void Add(Waiter waiter) => _waiters.Add(waiter);

    public void Remove(Waiter waiter) => _waiters.Remove(waiter);

    public void Finish(Cpu cpu, Operation operation, Waiter waiter)
    {
        IrqFlags flags = Lock.AcquireIrqSave(cpu, operation);
        _waiters.Remove(waiter);
        Lock.ReleaseIrqRestore(cpu, flags);
    }

    public static bool Sleep(Cpu cpu, Operation operation, object on, Waiter waiter, long? deadline)
    {
        cpu.Publish(MachineEventKind.TaskSlept, waiter.Task);
        return cpu.Machine.Execution.Wait(new WaitFor(WaitStyle.Sleep, operation, on, () => waiter.Woken, Deadline: deadline));
    }

    public void Wake(Cpu cpu, Operation operation, bool all)
    {
        IrqFlags flags = Lock.AcquireIrqSave(cpu, operation);
        operation.Inside(Lock);
        WakeLocked(cpu, operation, all);
        Lock.ReleaseIrqRestore(cpu, flags);
    }

    /// <summary>With the lock held.</summary>
    public void WakeLocked(Cpu cpu, Operation operation, bool all)
    {
        while (_waiters.Count > 0)
        {
            Waiter waiter = _waiters[0];
            _waiters.RemoveAt(0);
            cpu.Machine.Cpus[waiter.Task.Cpu.Value].RunQueue.WakeUp(cpu, operation, waiter);
            if (!all)
            {
                return;
            }
        }
    }
}
