namespace IrqSafety.Runtime;

/// <summary>A CPU's run queue (<c>struct rq</c>), as far as its lock matters: a wake-up takes it.</summary>
public sealed class RunQueue
{
    private readonly Cpu _cpu;

    internal RunQueue(Cpu cpu) => _cpu = cpu;

    /// <summary>The run queue lock.</summary>
    public RawSpinLock Lock { get; } = new("rq");

    // try_to_wake_up: the wake-up itself is made under the lock of the run queue the task goes to.
    internal void WakeUp(Cpu waker, Operation operation, Waiter waiter)
    {
        IrqFlags flags = Lock.AcquireIrqSaveInside(operation);
        waiter.Woken = true;
        _cpu.NeedsReschedule = true;
        waker.Publish(MachineEventKind.TaskWoken, waiter.Task, target: _cpu.Id.Value);
        Lock.ReleaseIrqRestoreInside(operation, flags);
    }
}

/// <summary>A task that waits to be woken.</summary>
internal sealed class Waiter(KernelTask task)
{
    public KernelTask Task { get; } = task;

    public bool Woken { get; set; }
}
