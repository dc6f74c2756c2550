using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary><c>struct completion</c>: something that is waited for and then done, once or several times. Source: Linux <c>kernel/sched/completion.c</c>.</summary>
public sealed class Completion
{
    private const string TakesRunQueueLock = "takes the runqueue lock";

    private static readonly Operation s_wait = Operation.Of(typeof(Completion), nameof(Wait));
    private static readonly Operation s_waitTimeout = Operation.Of(typeof(Completion), nameof(WaitTimeout));
    private static readonly Operation s_tryWait = Operation.Of(typeof(Completion), nameof(TryWait));
    private static readonly Operation s_complete = Operation.Of(typeof(Completion), nameof(Complete));
    private static readonly Operation s_completeAll = Operation.Of(typeof(Completion), nameof(CompleteAll));
    private readonly WaiterList _waiters = new("completion.wait.lock");
    private readonly PerMachine<(int Done, bool Forever)> _state = new(() => default);

    /// <summary><c>wait_for_completion</c>.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    public void Wait()
    {
        s_wait.Begin(_waiters.Lock);
        Wait(s_wait, deadline: null);
    }

    /// <summary><c>wait_for_completion_timeout</c>: false when the time passed first.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    public bool WaitTimeout(long milliseconds)
    {
        Cpu cpu = s_waitTimeout.Begin(_waiters.Lock);
        return Wait(s_waitTimeout, cpu.Machine.Execution.Now + (milliseconds * 1_000_000));
    }

    /// <summary><c>try_wait_for_completion</c>: takes one completion if there is one, and never waits.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "takes the completion's lock")]
    public bool TryWait()
    {
        Cpu cpu = s_tryWait.Begin(_waiters.Lock);
        IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, s_tryWait);
        bool taken = TryTake();
        _waiters.Lock.ReleaseIrqRestoreInside(s_tryWait, flags);
        return taken;
    }

    /// <summary><c>complete</c>: lets one waiter go.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void Complete()
    {
        Cpu cpu = s_complete.Begin(_waiters.Lock);
        IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, s_complete);
        _state.Value.Done++;
        _waiters.WakeLocked(cpu, s_complete, all: false);
        _waiters.Lock.ReleaseIrqRestoreInside(s_complete, flags);
    }

    /// <summary><c>complete_all</c>: lets everybody go, now and later.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void CompleteAll()
    {
        Cpu cpu = s_completeAll.Begin(_waiters.Lock);
        IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, s_completeAll);
        _state.Value.Forever = true;
        _waiters.WakeLocked(cpu, s_completeAll, all: true);
        _waiters.Lock.ReleaseIrqRestoreInside(s_completeAll, flags);
    }

    private bool Wait(Operation operation, long? deadline)
    {
        while (true)
        {
            IrqFlags flags = _waiters.Lock.AcquireIrqSaveInside(operation);
            bool taken = TryTake();
            var waiter = new Waiter(KernelTask.Current);
            if (!taken)
            {
                _waiters.Add(waiter);
            }

            _waiters.Lock.ReleaseIrqRestoreInside(operation, flags);
            if (taken)
            {
                return true;
            }

            if (!WaiterList.Sleep(operation, this, waiter, deadline))
            {
                _waiters.Finish(operation, waiter);
                return false;
            }
        }
    }

    private bool TryTake()
    {
        if (_state.Value.Forever)
        {
            return true;
        }

        if (_state.Value.Done == 0)
        {
            return false;
        }

        _state.Value.Done--;
        return true;
    }
}
