using System;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// <c>local_lock_t</c>, one lock for each CPU: names what turning preemption or interrupts off protects. It waits for nobody; on PREEMPT_RT it is a
/// sleeping lock of each CPU.
/// </summary>
/// <remarks>
/// A handler that takes it while the code it interrupted on this CPU holds it does not wait: both are in the region at once, which the model reports as
/// a BUG(), as the kernel's debug build does. Source: Linux <c>include/linux/local_lock_internal.h</c>, <c>Documentation/locking/locktypes.rst</c>.
/// </remarks>
[LockType(LockKind.Local)]
public sealed class LocalLock : KernelLock
{
    private static readonly Operation s_acquire = Operation.Of(typeof(LocalLock), nameof(Acquire));
    private static readonly Operation s_release = Operation.Of(typeof(LocalLock), nameof(Release));
    private static readonly Operation s_acquireIrq = Operation.Of(typeof(LocalLock), nameof(AcquireIrq));
    private static readonly Operation s_releaseIrq = Operation.Of(typeof(LocalLock), nameof(ReleaseIrq));
    private static readonly Operation s_acquireIrqSave = Operation.Of(typeof(LocalLock), nameof(AcquireIrqSave));
    private static readonly Operation s_releaseIrqRestore = Operation.Of(typeof(LocalLock), nameof(ReleaseIrqRestore));
    private static readonly Operation s_lock = Operation.Of(typeof(LocalLock), nameof(Lock));
    private static readonly Operation s_lockIrq = Operation.Of(typeof(LocalLock), nameof(LockIrq));
    private static readonly Operation s_lockIrqSave = Operation.Of(typeof(LocalLock), nameof(LockIrqSave));
    private static readonly Operation s_tryAcquire = Operation.Of(typeof(LocalLock), nameof(TryAcquire));
    private static readonly Operation s_tryLock = Operation.Of(typeof(LocalLock), nameof(TryLock));
    private readonly PerMachine<CpuLock?[]> _locks = new(() => new CpuLock?[64]);

    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public LocalLock([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(LocalLock), LockKind.Local, member, file, line), name ?? member)
    {
    }

    /// <summary>True while some CPU holds its own.</summary>
    public override bool IsHeld => Array.Exists(_locks.Value, own => own is { IsHeld: true });

    /// <summary><c>local_lock</c>: preemption is off while it is held.</summary>
    [Acquires("this")]
    public void Acquire()
    {
        Cpu cpu = s_acquire.Begin(this);
        On(cpu).Acquire(cpu, s_acquire);
    }

    /// <summary><c>local_unlock</c>.</summary>
    [Releases("this")]
    public void Release()
    {
        Cpu cpu = s_release.Begin(this);
        HeldOn(cpu).Release(cpu);
    }

    /// <summary><c>local_lock_irq</c>: masks interrupts, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    public void AcquireIrq()
    {
        Cpu cpu = s_acquireIrq.Begin(this);
        On(cpu).AcquireIrq(cpu, s_acquireIrq);
    }

    /// <summary><c>local_unlock_irq</c>: unmasks interrupts, whatever the state before the lock was taken.</summary>
    [Releases("this")]
    [SetsMask(Mask.Irq, false)]
    public void ReleaseIrq()
    {
        Cpu cpu = s_releaseIrq.Begin(this);
        HeldOn(cpu).ReleaseIrq(cpu);
    }

    /// <summary><c>local_lock_irqsave</c>: masks interrupts and returns the state before.</summary>
    [Acquires("this")]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public IrqFlags AcquireIrqSave()
    {
        Cpu cpu = s_acquireIrqSave.Begin(this);
        return On(cpu).AcquireIrqSave(cpu, s_acquireIrqSave);
    }

    /// <summary><c>local_unlock_irqrestore</c>.</summary>
    [Releases("this")]
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public void ReleaseIrqRestore(IrqFlags flags)
    {
        Cpu cpu = s_releaseIrqRestore.Begin(this);
        HeldOn(cpu).ReleaseIrqRestore(cpu, flags);
    }

    /// <summary>Held until the guard is disposed.</summary>
    [Acquires("this")]
    [return: Guard(Holds = "this")]
    public LockGuard Lock()
    {
        Cpu cpu = s_lock.Begin(this);
        CpuLock own = On(cpu);
        own.Acquire(cpu, s_lock);
        return new LockGuard(own);
    }

    /// <summary>Held, with interrupts masked, until the guard is disposed; then they are unmasked, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Unmasks = Mask.Irq)]
    public IrqLockGuard LockIrq()
    {
        Cpu cpu = s_lockIrq.Begin(this);
        CpuLock own = On(cpu);
        own.AcquireIrq(cpu, s_lockIrq);
        return new IrqLockGuard(own);
    }

    /// <summary>Held, with interrupts masked, until the guard is disposed; then the mask is as before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Restores = Mask.Irq)]
    public IrqSaveLockGuard LockIrqSave()
    {
        Cpu cpu = s_lockIrqSave.Begin(this);
        CpuLock own = On(cpu);
        return new IrqSaveLockGuard(own, own.AcquireIrqSave(cpu, s_lockIrqSave));
    }

    /// <summary><c>local_trylock</c>: fails where the interrupted code on this CPU holds it.</summary>
    [TryAcquires("this")]
    public bool TryAcquire()
    {
        Cpu cpu = s_tryAcquire.Begin(this);
        CpuLock own = On(cpu);
        return !own.IsHeld && own.TryAcquire(cpu);
    }

    /// <summary>The same; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [TryAcquires("this")]
    public bool TryLock([Guard(Holds = "this")] out LockGuard guard)
    {
        Cpu cpu = s_tryLock.Begin(this);
        CpuLock own = On(cpu);
        bool taken = !own.IsHeld && own.TryAcquire(cpu);
        guard = taken ? new LockGuard(own) : default;
        return taken;
    }

    /// <summary>True while this CPU's own is held.</summary>
    public bool IsHeldOn(CpuId cpu) => _locks.Value[cpu.Value] is { IsHeld: true };

    private CpuLock On(Cpu cpu) => _locks.Value[cpu.Id.Value] ??= new CpuLock(Class, Name, waits: cpu.Machine.Profile.RealTime);

    // A holder that slept in between (PREEMPT_RT) gives back the one it took.
    private CpuLock HeldOn(Cpu cpu) => Array.Find(_locks.Value, own => own is not null && own.Holder == cpu.Current) ?? On(cpu);

    /// <summary>The lock of one CPU.</summary>
    private sealed class CpuLock(LockClass @class, string name, bool waits) : KernelLock(@class, name)
    {
        private readonly bool _waits = waits;

        /// <inheritdoc/>
        private protected override bool Sleeps(Machine machine) => _waits;

        /// <inheritdoc/>
        private protected override bool MayEnter(LockAccess access, WaitMode wait) => !_waits || base.MayEnter(access, wait);

        /// <inheritdoc/>
        private protected override void Enter(Cpu cpu, LockAccess access)
        {
            if (IsHeld)
            {
                cpu.Machine.Execution.Fail($"{Name} is taken twice on {cpu.Id}: what it protects is in use by the interrupted code");
            }

            base.Enter(cpu, access);
        }
    }
}
