using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <content>The writer: alone.</content>
public sealed partial class RwLock
{
    private static readonly Operation s_acquireWrite = Operation.Of(typeof(RwLock), nameof(AcquireWrite));
    private static readonly Operation s_releaseWrite = Operation.Of(typeof(RwLock), nameof(ReleaseWrite));
    private static readonly Operation s_acquireWriteIrq = Operation.Of(typeof(RwLock), nameof(AcquireWriteIrq));
    private static readonly Operation s_releaseWriteIrq = Operation.Of(typeof(RwLock), nameof(ReleaseWriteIrq));
    private static readonly Operation s_acquireWriteIrqSave = Operation.Of(typeof(RwLock), nameof(AcquireWriteIrqSave));
    private static readonly Operation s_releaseWriteIrqRestore = Operation.Of(typeof(RwLock), nameof(ReleaseWriteIrqRestore));
    private static readonly Operation s_acquireWriteBh = Operation.Of(typeof(RwLock), nameof(AcquireWriteBh));
    private static readonly Operation s_releaseWriteBh = Operation.Of(typeof(RwLock), nameof(ReleaseWriteBh));
    private static readonly Operation s_tryAcquireWrite = Operation.Of(typeof(RwLock), nameof(TryAcquireWrite));
    private static readonly Operation s_lockWrite = Operation.Of(typeof(RwLock), nameof(LockWrite));
    private static readonly Operation s_lockWriteIrq = Operation.Of(typeof(RwLock), nameof(LockWriteIrq));
    private static readonly Operation s_lockWriteIrqSave = Operation.Of(typeof(RwLock), nameof(LockWriteIrqSave));
    private static readonly Operation s_lockWriteBh = Operation.Of(typeof(RwLock), nameof(LockWriteBh));
    private static readonly Operation s_tryLockWrite = Operation.Of(typeof(RwLock), nameof(TryLockWrite));
    private static readonly Operation s_tryAcquireWriteIrqSave = Operation.Of(typeof(RwLock), nameof(TryAcquireWriteIrqSave));
    private static readonly Operation s_tryLockWriteIrqSave = Operation.Of(typeof(RwLock), nameof(TryLockWriteIrqSave));

    /// <summary><c>write_lock</c>.</summary>
    [Acquires("this")]
    public void AcquireWrite() => Acquire(s_acquireWrite.Begin(this), s_acquireWrite);

    /// <summary><c>write_unlock</c>.</summary>
    [Releases("this")]
    public void ReleaseWrite() => Release(s_releaseWrite.Begin(this));

    /// <summary><c>write_lock_irq</c>: masks interrupts, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    public void AcquireWriteIrq() => AcquireIrq(s_acquireWriteIrq.Begin(this), s_acquireWriteIrq);

    /// <summary><c>write_unlock_irq</c>: unmasks interrupts, whatever the state before the lock was taken.</summary>
    [Releases("this")]
    [SetsMask(Mask.Irq, false)]
    public void ReleaseWriteIrq() => ReleaseIrq(s_releaseWriteIrq.Begin(this));

    /// <summary><c>write_lock_irqsave</c>: masks interrupts and returns the state before.</summary>
    [Acquires("this")]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public IrqFlags AcquireWriteIrqSave() => AcquireIrqSave(s_acquireWriteIrqSave.Begin(this), s_acquireWriteIrqSave);

    /// <summary><c>write_unlock_irqrestore</c>.</summary>
    [Releases("this")]
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public void ReleaseWriteIrqRestore(IrqFlags flags) => ReleaseIrqRestore(s_releaseWriteIrqRestore.Begin(this), flags);

    /// <summary><c>write_lock_bh</c>: turns softirqs off.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    public void AcquireWriteBh() => AcquireBh(s_acquireWriteBh.Begin(this), s_acquireWriteBh);

    /// <summary><c>write_unlock_bh</c>: turns softirqs on again.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Releases("this")]
    [SetsMask(Mask.SoftIrq, false)]
    public void ReleaseWriteBh() => ReleaseBh(s_releaseWriteBh.Begin(this));

    /// <summary><c>write_trylock</c>: never waits.</summary>
    [TryAcquires("this")]
    public bool TryAcquireWrite() => TryAcquire(s_tryAcquireWrite.Begin(this));

    /// <summary><c>write_trylock_irqsave</c>: never waits; on success interrupts are masked, on failure the mask is as before.</summary>
    [TryAcquires("this")]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public bool TryAcquireWriteIrqSave(out IrqFlags flags) => TryAcquireIrqSave(s_tryAcquireWriteIrqSave.Begin(this), out flags);

    /// <summary>Held for writing until the guard is disposed.</summary>
    [Acquires("this")]
    [return: Guard(Holds = "this")]
    public LockGuard LockWrite()
    {
        Acquire(s_lockWrite.Begin(this), s_lockWrite);
        return new LockGuard(this);
    }

    /// <summary>The same with interrupts masked; at the end they are unmasked, whatever the state before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Unmasks = Mask.Irq)]
    public IrqLockGuard LockWriteIrq()
    {
        AcquireIrq(s_lockWriteIrq.Begin(this), s_lockWriteIrq);
        return new IrqLockGuard(this);
    }

    /// <summary>The same with interrupts masked; at the end the mask is as before.</summary>
    [Acquires("this")]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Restores = Mask.Irq)]
    public IrqSaveLockGuard LockWriteIrqSave()
    {
        IrqFlags flags = AcquireIrqSave(s_lockWriteIrqSave.Begin(this), s_lockWriteIrqSave);
        return new IrqSaveLockGuard(this, flags);
    }

    /// <summary>The same with softirqs off until the end.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this")]
    [SetsMask(Mask.SoftIrq, true)]
    [return: Guard(Holds = "this", Restores = Mask.SoftIrq)]
    public BhLockGuard LockWriteBh()
    {
        AcquireBh(s_lockWriteBh.Begin(this), s_lockWriteBh);
        return new BhLockGuard(this);
    }

    /// <summary>Tries; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [TryAcquires("this")]
    public bool TryLockWrite([Guard(Holds = "this")] out LockGuard guard)
    {
        bool taken = TryAcquire(s_tryLockWrite.Begin(this));
        guard = taken ? new LockGuard(this) : default;
        return taken;
    }

    /// <summary>Tries with interrupts masked; on success it is held until the guard is disposed. On failure the mask is as before and the guard inert.</summary>
    [TryAcquires("this")]
    [SetsMask(Mask.Irq, true)]
    public bool TryLockWriteIrqSave([Guard(Holds = "this", Restores = Mask.Irq)] out IrqSaveLockGuard guard)
    {
        bool taken = TryAcquireIrqSave(s_tryLockWriteIrqSave.Begin(this), out IrqFlags flags);
        guard = taken ? new IrqSaveLockGuard(this, flags) : default;
        return taken;
    }
}
