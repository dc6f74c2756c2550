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
    private int _done;
    private bool _forever;

    /// <summary><c>wait_for_completion</c>.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    public void Wait() => Wait(s_wait.Begin(this), s_wait, deadline: null);

    /// <summary><c>wait_for_completion_timeout</c>: false when the time passed first.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    public bool WaitTimeout(long milliseconds)
    {
        Cpu cpu = s_waitTimeout.Begin(this);
        return Wait(cpu, s_waitTimeout, cpu.Machine.Execution.Now + (milliseconds * 1_000_000));
    }

    /// <summary><c>try_wait_for_completion</c>: takes one completion if there is one, and never waits.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "takes the completion's lock")]
    public bool TryWait()
    {
        Cpu cpu = s_tryWait.Begin(this);
        IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, s_tryWait);
        bool taken = TryTake();
        _waiters.Lock.ReleaseIrqRestore(cpu, flags);
        return taken;
    }

    /// <summary><c>complete</c>: lets one waiter go.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void Complete()
    {
        Cpu cpu = s_complete.Begin(this);
        IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, s_complete);
        s_complete.Inside(_waiters.Lock);
        _done++;
        _waiters.WakeLocked(cpu, s_complete, all: false);
        _waiters.Lock.ReleaseIrqRestore(cpu, flags);
    }

    /// <summary><c>complete_all</c>: lets everybody go, now and later.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = TakesRunQueueLock)]
    public void CompleteAll()
    {
        Cpu cpu = s_completeAll.Begin(this);
        IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, s_completeAll);
        s_completeAll.Inside(_waiters.Lock);
        _forever = true;
        _waiters.WakeLocked(cpu, s_completeAll, all: true);
        _waiters.Lock.ReleaseIrqRestore(cpu, flags);
    }

    private bool Wait(Cpu cpu, Operation operation, long? deadline)
    {
        while (true)
        {
            IrqFlags flags = _waiters.Lock.AcquireIrqSave(cpu, operation);
            operation.Inside(_waiters.Lock);
            bool taken = TryTake();
            var waiter = new Waiter(KernelTask.Current);
            if (!taken)
            {
                _waiters.Add(waiter);
            }

            _waiters.Lock.ReleaseIrqRestore(cpu, flags);
            if (taken)
            {
                return true;
            }

            bool woken = WaiterList.Sleep(cpu, operation, this, waiter, deadline);
            cpu = cpu.Machine.Cpus[KernelTask.Current.Cpu.Value];
            if (!woken)
            {
                _waiters.Finish(cpu, operation, waiter);
                return false;
            }
        }
    }

    private bool TryTake()
    {
        if (_forever)
        {
            return true;
        }

        if (_done == 0)
        {
            return false;
        }

        _done--;
        return true;
    }
}
