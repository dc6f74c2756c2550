using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <content>The readers: any number.</content>
public sealed partial class RwLock
{
    private static readonly Operation s_acquireRead = Operation.Of(typeof(RwLock), nameof(AcquireRead));
    private static readonly Operation s_releaseRead = Operation.Of(typeof(RwLock), nameof(ReleaseRead));
    private static readonly Operation s_acquireReadIrq = Operation.Of(typeof(RwLock), nameof(AcquireReadIrq));
    private static readonly Operation s_releaseReadIrq = Operation.Of(typeof(RwLock), nameof(ReleaseReadIrq));
    private static readonly Operation s_acquireReadIrqSave = Operation.Of(typeof(RwLock), nameof(AcquireReadIrqSave));
    private static readonly Operation s_releaseReadIrqRestore = Operation.Of(typeof(RwLock), nameof(ReleaseReadIrqRestore));
    private static readonly Operation s_acquireReadBh = Operation.Of(typeof(RwLock), nameof(AcquireReadBh));
    private static readonly Operation s_releaseReadBh = Operation.Of(typeof(RwLock), nameof(ReleaseReadBh));
    private static readonly Operation s_tryAcquireRead = Operation.Of(typeof(RwLock), nameof(TryAcquireRead));
    private static readonly Operation s_lockRead = Operation.Of(typeof(RwLock), nameof(LockRead));
    private static readonly Operation s_lockReadIrq = Operation.Of(typeof(RwLock), nameof(LockReadIrq));
    private static readonly Operation s_lockReadIrqSave = Operation.Of(typeof(RwLock), nameof(LockReadIrqSave));
    private static readonly Operation s_lockReadBh = Operation.Of(typeof(RwLock), nameof(LockReadBh));
    private static readonly Operation s_tryLockRead = Operation.Of(typeof(RwLock), nameof(TryLockRead));
    private static readonly Operation s_acquireReadRecursive = Operation.Of(typeof(RwLock), nameof(AcquireReadRecursive));
    private static readonly Operation s_lockReadRecursive = Operation.Of(typeof(RwLock), nameof(LockReadRecursive));

    /// <summary><c>read_lock</c>.</summary>
    [Acquires("this", Mode = LockMode.Shared)]
    public void AcquireRead() => Acquire(s_acquireRead.Begin(this), s_acquireRead, LockAccess.Read);

    /// <summary><c>read_unlock</c>.</summary>
    [Releases("this", Mode = LockMode.Shared)]
    public void ReleaseRead() => Release(s_releaseRead.Begin(this), LockAccess.Read);

    /// <summary><c>read_lock_irq</c>: masks interrupts, whatever the state before.</summary>
    [Acquires("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.Irq, true)]
    public void AcquireReadIrq() => AcquireIrq(s_acquireReadIrq.Begin(this), s_acquireReadIrq, LockAccess.Read);

    /// <summary><c>read_unlock_irq</c>: unmasks interrupts, whatever the state before the lock was taken.</summary>
    [Releases("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.Irq, false)]
    public void ReleaseReadIrq() => ReleaseIrq(s_releaseReadIrq.Begin(this), LockAccess.Read);

    /// <summary><c>read_lock_irqsave</c>: masks interrupts and returns the state before.</summary>
    [Acquires("this", Mode = LockMode.Shared)]
    [SavesMask(Mask.Irq)]
    [SetsMask(Mask.Irq, true)]
    public IrqFlags AcquireReadIrqSave() => AcquireIrqSave(s_acquireReadIrqSave.Begin(this), s_acquireReadIrqSave, LockAccess.Read);

    /// <summary><c>read_unlock_irqrestore</c>.</summary>
    [Releases("this", Mode = LockMode.Shared)]
    [RestoresMask(Mask.Irq, From = nameof(flags))]
    public void ReleaseReadIrqRestore(IrqFlags flags) => ReleaseIrqRestore(s_releaseReadIrqRestore.Begin(this), flags, LockAccess.Read);

    /// <summary><c>read_lock_bh</c>: turns softirqs off.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.SoftIrq, true)]
    public void AcquireReadBh() => AcquireBh(s_acquireReadBh.Begin(this), s_acquireReadBh, LockAccess.Read);

    /// <summary><c>read_unlock_bh</c>: turns softirqs on again.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Releases("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.SoftIrq, false)]
    public void ReleaseReadBh() => ReleaseBh(s_releaseReadBh.Begin(this), LockAccess.Read);

    /// <summary><c>read_trylock</c>: never waits.</summary>
    [TryAcquires("this", Mode = LockMode.Shared)]
    public bool TryAcquireRead() => TryAcquire(s_tryAcquireRead.Begin(this), LockAccess.Read);

    /// <summary>Held for reading until the guard is disposed.</summary>
    [Acquires("this", Mode = LockMode.Shared)]
    [return: Guard(Holds = "this", Mode = LockMode.Shared)]
    public LockGuard LockRead()
    {
        Acquire(s_lockRead.Begin(this), s_lockRead, LockAccess.Read);
        return new LockGuard(this, LockAccess.Read);
    }

    /// <summary>The same with interrupts masked; at the end they are unmasked, whatever the state before.</summary>
    [Acquires("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Mode = LockMode.Shared, Unmasks = Mask.Irq)]
    public IrqLockGuard LockReadIrq()
    {
        AcquireIrq(s_lockReadIrq.Begin(this), s_lockReadIrq, LockAccess.Read);
        return new IrqLockGuard(this, LockAccess.Read);
    }

    /// <summary>The same with interrupts masked; at the end the mask is as before.</summary>
    [Acquires("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.Irq, true)]
    [return: Guard(Holds = "this", Mode = LockMode.Shared, Restores = Mask.Irq)]
    public IrqSaveLockGuard LockReadIrqSave()
    {
        IrqFlags flags = AcquireIrqSave(s_lockReadIrqSave.Begin(this), s_lockReadIrqSave, LockAccess.Read);
        return new IrqSaveLockGuard(this, flags, LockAccess.Read);
    }

    /// <summary>The same with softirqs off until the end.</summary>
    [ForbiddenIn(BottomHalves.InterruptsAndNmis, Because = BottomHalves.CountsForTheTask)]
    [Acquires("this", Mode = LockMode.Shared)]
    [SetsMask(Mask.SoftIrq, true)]
    [return: Guard(Holds = "this", Mode = LockMode.Shared, Restores = Mask.SoftIrq)]
    public BhLockGuard LockReadBh()
    {
        AcquireBh(s_lockReadBh.Begin(this), s_lockReadBh, LockAccess.Read);
        return new BhLockGuard(this, LockAccess.Read);
    }

    /// <summary>Tries; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [TryAcquires("this", Mode = LockMode.Shared)]
    public bool TryLockRead([Guard(Holds = "this", Mode = LockMode.Shared)] out LockGuard guard)
    {
        bool taken = TryAcquire(s_tryLockRead.Begin(this), LockAccess.Read);
        guard = taken ? new LockGuard(this, LockAccess.Read) : default;
        return taken;
    }

    /// <summary>
    /// A reader that enters while another reader is in, although a writer waits: <c>read_lock</c> where reader-writer locks do not queue. Released with
    /// <see cref="ReleaseRead"/>.
    /// </summary>
    [Acquires("this", Mode = LockMode.SharedRecursive)]
    public void AcquireReadRecursive() => Acquire(s_acquireReadRecursive.Begin(this), s_acquireReadRecursive, LockAccess.RecursiveRead);

    /// <summary>The same until the guard is disposed.</summary>
    [Acquires("this", Mode = LockMode.SharedRecursive)]
    [return: Guard(Holds = "this", Mode = LockMode.SharedRecursive)]
    public LockGuard LockReadRecursive()
    {
        Acquire(s_lockReadRecursive.Begin(this), s_lockReadRecursive, LockAccess.RecursiveRead);
        return new LockGuard(this, LockAccess.RecursiveRead);
    }
}
