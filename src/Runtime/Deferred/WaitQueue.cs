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
        s_wait.Begin(_waiters.Lock);
        while (true)
        {
            Waiter waiter = _waiters.Prepare(s_wait);
            if (condition())
            {
                _waiters.Finish(s_wait, waiter);
                return;
            }

            WaiterList.Sleep(s_wait, this, waiter, deadline: null);
        }
    }

    /// <summary><c>wake_up</c>: wakes the task that waits longest.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void WakeUp() => _waiters.Wake(s_wakeUp.Begin(_waiters.Lock), s_wakeUp, all: false);

    /// <summary><c>wake_up_all</c>.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void WakeUpAll() => _waiters.Wake(s_wakeUpAll.Begin(_waiters.Lock), s_wakeUpAll, all: true);
}

/// <summary>The tasks that wait on one thing, under a raw lock of their own.</summary>
internal sealed class WaiterList(string lockName)
{
    private readonly PerMachine<List<Waiter>> _waiters = new(() => []);

    public RawSpinLock Lock { get; } = new(lockName);

    public Waiter Prepare(Operation operation)
    {
        var waiter = new Waiter(KernelTask.Current);
        IrqFlags flags = Lock.AcquireIrqSaveInside(operation);
        _waiters.Value.Add(waiter);
        Lock.ReleaseIrqRestoreInside(operation, flags);
        return waiter;
    }

    /// <summary>With the lock held.</summary>
    public void Add(Waiter waiter) => _waiters.Value.Add(waiter);

    public void Finish(Operation operation, Waiter waiter)
    {
        IrqFlags flags = Lock.AcquireIrqSaveInside(operation);
        _waiters.Value.Remove(waiter);
        Lock.ReleaseIrqRestoreInside(operation, flags);
    }

    public static bool Sleep(Operation operation, object on, Waiter waiter, long? deadline)
    {
        IExecution execution = waiter.Task.Machine.Execution;
        execution.Publish(new MachineEvent(MachineEventKind.TaskSlept, waiter.Task.Cpu, waiter.Task));
        return execution.Wait(new WaitFor(WaitStyle.Sleep, operation, on, () => waiter.Woken, Deadline: deadline));
    }

    public void Wake(Cpu cpu, Operation operation, bool all)
    {
        IrqFlags flags = Lock.AcquireIrqSave(cpu, operation);
        WakeLocked(cpu, operation, all);
        Lock.ReleaseIrqRestoreInside(operation, flags);
    }

    /// <summary>With the lock held.</summary>
    public void WakeLocked(Cpu cpu, Operation operation, bool all)
    {
        List<Waiter> waiters = _waiters.Value;
        while (waiters.Count > 0)
        {
            Waiter waiter = waiters[0];
            waiters.RemoveAt(0);
            cpu.Machine.Cpus[waiter.Task.Cpu.Value].RunQueue.WakeUp(cpu, operation, waiter);
            if (!all)
            {
                return;
            }
        }
    }
}
