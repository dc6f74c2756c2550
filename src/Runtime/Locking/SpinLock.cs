using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>spinlock_t</c>: spins; on PREEMPT_RT it sleeps, and its Irq flavours do not mask.</summary>
/// <remarks>
/// Held by a CPU, not counted: a second acquire by the holder waits for ever. Every flavour turns preemption off while the lock is held. Source:
/// Linux <c>include/linux/spinlock.h</c>.
/// </remarks>
[LockType(LockKind.Spin)]
public sealed class SpinLock : KernelLock
{
    private static readonly Operation s_acquire = Operation.Of(typeof(SpinLock), nameof(Acquire));
    private static readonly Operation s_acquireNested = Operation.Of(typeof(SpinLock), nameof(AcquireNested));
    private static readonly Operation s_acquireNestLock = Operation.Of(typeof(SpinLock), nameof(AcquireNestLock));
    private static readonly Operation s_release = Operation.Of(typeof(SpinLock), nameof(Release));
    private static readonly Operation s_acquireIrq = Operation.Of(typeof(SpinLock), nameof(AcquireIrq));
    private static readonly Operation s_releaseIrq = Operation.Of(typeof(SpinLock), nameof(ReleaseIrq));
    private static readonly Operation s_acquireIrqSave = Operation.Of(typeof(SpinLock), nameof(AcquireIrqSave));
    private static readonly Operation s_releaseIrqRestore = Operation.Of(typeof(SpinLock), nameof(ReleaseIrqRestore));
    private static readonly Operation s_acquireBh = Operation.Of(typeof(SpinLock), nameof(AcquireBh));
    private static readonly Operation s_releaseBh = Operation.Of(typeof(SpinLock), nameof(ReleaseBh));
    private static readonly Operation s_lockBh = Operation.Of(typeof(SpinLock), nameof(LockBh));
    private static readonly Operation s_tryAcquire = Operation.Of(typeof(SpinLock), nameof(TryAcquire));
    private static readonly Operation s_tryAcquireIrqSave = Operation.Of(typeof(SpinLock), nameof(TryAcquireIrqSave));
    private static readonly Operation s_lock = Operation.Of(typeof(SpinLock), nameof(Lock));
    private static readonly Operation s_lockIrq = Operation.Of(typeof(SpinLock), nameof(LockIrq));
    private static readonly Operation s_lockIrqSave = Operation.Of(typeof(SpinLock), nameof(LockIrqSave));
    private static readonly Operation s_tryLock = Operation.Of(typeof(SpinLock), nameof(TryLock));
    private static readonly Operation s_tryLockIrqSave = Operation.Of(typeof(SpinLock), nameof(TryLockIrqSave));
    private static readonly Operation s_tryAcquireIrq = Operation.Of(typeof(SpinLock), nameof(TryAcquireIrq));
    private static readonly Operation s_tryAcquireBh = Operation.Of(typeof(SpinLock), nameof(TryAcquireBh));
    private static readonly Operation s_tryLockIrq = Operation.Of(typeof(SpinLock), nameof(TryLockIrq));
    private static readonly Operation s_tryLockBh = Operation.Of(typeof(SpinLock), nameof(TryLockBh));

    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public SpinLock([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(SpinLock), LockKind.Spin, member, file, line), name ?? member)
    {
    }

    internal SpinLock(LockClass declared)
        : base(declared)
    {
    }

    /// <summary><c>spin_lock</c>.</summary>
    [Acquires("this")]
    public void Acquire() => Acquire(s_acquire.Begin(this), s_acquire);

    /// <summary><c>spin_lock_nested</c>: as a lock of this subclass, where another of its class is held.</summary>
    [Acquires("this", Subclass = nameof(subclass))]
    public void AcquireNested(int subclass) => Acquire(s_acquireNested.Begin(this, Access.Write, (nameof(subclass), subclass)), s_acquireNested, new LockTaking(LockAccess.Exclusive, subclass));

    /// <summary><c>spin_lock_nest_lock</c>: where another lock of its class is held, and <paramref name="outer"/> keeps everybody else from taking two.</summary>
    [Acquires("this", Nest = nameof(outer))]
    public void AcquireNestLock(KernelLock outer)
    {
        System.ArgumentNullException.ThrowIfNull(outer);
        Acquire(s_acquireNestLock.Begin(this), s_acquireNestLock, new LockTaking(LockAccess.Exclusive, Nest: outer));
    }

    /// <summary><c>spin_unlock</c>.</summary>
    [Releases("this")]
    public void Release() => Release(s_release.Begin(this));

    /// <summary><c>spin_lock_irq</c>: masks interrupts, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    public void AcquireIrq() => AcquireIrq(s_acquireIrq.Begin(this), s_acquireIrq);

    /// <summary><c>spin_unlock_irq</c>: unmasks interrupts, whatever the state before the lock was taken.</summary>
    [Releases("this")]
    [SetsMask(Mask.Irq, false)]
    public void ReleaseIrq() => ReleaseIrq(s_releaseIrq.Begin(this));

    /// <summary><c>spin_lock_irqsave</c>: masks interrupts and returns the state before.</summary>
    [Acquires("this")]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public IrqFlags AcquireIrqSave() => AcquireIrqSave(s_acquireIrqSave.Begin(this), s_acquireIrqSave);

    /// <summary><c>spin_unlock_irqrestore</c>.</summary>
    [Releases("this")]
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public void ReleaseIrqRestore(IrqFlags flags) => ReleaseIrqRestore(s_releaseIrqRestore.Begin(this), flags);

    /// <summary><c>spin_lock_bh</c>: turns softirqs off.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    public void AcquireBh() => AcquireBh(s_acquireBh.Begin(this), s_acquireBh);

    /// <summary><c>spin_unlock_bh</c>: turns softirqs on again.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Releases("this")]
    [SetsMask(Mask.SoftIrq, false)]
    public void ReleaseBh() => ReleaseBh(s_releaseBh.Begin(this));

    /// <summary><c>spin_trylock</c>: never waits.</summary>
    [TryAcquires("this")]
    public bool TryAcquire() => TryAcquire(s_tryAcquire.Begin(this));

    /// <summary><c>spin_trylock_irq</c>: never waits. On success interrupts are masked, whatever the state before; on failure they are unmasked, as in the kernel.</summary>
    [TryAcquires("this")]
    [SetsMask(Mask.Irq, true)]
    public bool TryAcquireIrq() => TryAcquireIrq(s_tryAcquireIrq.Begin(this));

    /// <summary><c>spin_trylock_bh</c>: never waits; on success softirqs are off, on failure they are as before.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [TryAcquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    public bool TryAcquireBh() => TryAcquireBh(s_tryAcquireBh.Begin(this));

    /// <summary><c>spin_trylock_irqsave</c>: never waits; on success interrupts are masked, on failure the mask is as before.</summary>
    [TryAcquires("this")]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public bool TryAcquireIrqSave(out IrqFlags flags) => TryAcquireIrqSave(s_tryAcquireIrqSave.Begin(this), out flags);

    /// <summary>Held until the guard is disposed.</summary>
    [Acquires("this")]
    [return: Guard(Holds = "this")]
    public LockGuard Lock()
    {
        Acquire(s_lock.Begin(this), s_lock);
        return new LockGuard(this);
    }

    /// <summary>Held, with interrupts masked, until the guard is disposed; then interrupts are unmasked, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Unmasks = Mask.Irq)]
    public IrqLockGuard LockIrq()
    {
        AcquireIrq(s_lockIrq.Begin(this), s_lockIrq);
        return new IrqLockGuard(this);
    }

    /// <summary>Held, with interrupts masked, until the guard is disposed; then the mask is as before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Restores = Mask.Irq)]
    public IrqSaveLockGuard LockIrqSave()
    {
        IrqFlags flags = AcquireIrqSave(s_lockIrqSave.Begin(this), s_lockIrqSave);
        return new IrqSaveLockGuard(this, flags);
    }

    /// <summary>Held, with softirqs off, until the guard is disposed.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    [return: Guard(Holds = "this", Restores = Mask.SoftIrq)]
    public BhLockGuard LockBh()
    {
        AcquireBh(s_lockBh.Begin(this), s_lockBh);
        return new BhLockGuard(this);
    }

    /// <summary>Tries; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [TryAcquires("this")]
    public bool TryLock([Guard(Holds = "this")] out LockGuard guard)
    {
        bool taken = TryAcquire(s_tryLock.Begin(this));
        guard = taken ? new LockGuard(this) : default;
        return taken;
    }

    /// <summary>Tries with interrupts masked; on success it is held until the guard is disposed. On failure the mask is as before and the guard inert.</summary>
    [TryAcquires("this")]
    [SetsMask(Mask.Irq, true)]
    public bool TryLockIrqSave([Guard(Holds = "this", Restores = Mask.Irq)] out IrqSaveLockGuard guard)
    {
        bool taken = TryAcquireIrqSave(s_tryLockIrqSave.Begin(this), out IrqFlags flags);
        guard = taken ? new IrqSaveLockGuard(this, flags) : default;
        return taken;
    }

    /// <summary>The same, with interrupts unmasked at the end and on failure, whatever the state before.</summary>
    [TryAcquires("this")]
    [SetsMask(Mask.Irq, true)]
    public bool TryLockIrq([Guard(Holds = "this", Unmasks = Mask.Irq)] out IrqLockGuard guard)
    {
        bool taken = TryAcquireIrq(s_tryLockIrq.Begin(this));
        guard = taken ? new IrqLockGuard(this) : default;
        return taken;
    }

    /// <summary>The same, with softirqs off until the end.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [TryAcquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    public bool TryLockBh([Guard(Holds = "this", Restores = Mask.SoftIrq)] out BhLockGuard guard)
    {
        bool taken = TryAcquireBh(s_tryLockBh.Begin(this));
        guard = taken ? new BhLockGuard(this) : default;
        return taken;
    }

    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => machine.Profile.RealTime;
}
