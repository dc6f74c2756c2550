using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>A held lock. The default value is inert; copying is moving.</summary>
public ref struct LockGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(LockGuard), nameof(Dispose));
    private readonly LockAccess _access;
    private readonly KernelLock? _lock;
    private bool _ended;

    internal LockGuard(KernelLock @lock, LockAccess access = LockAccess.Exclusive)
    {
        _lock = @lock;
        _access = access;
    }

    /// <summary>Releases the lock.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_lock is not { } held)
        {
            return;
        }

        Cpu cpu = s_dispose.Begin(held);
        if (_ended)
        {
            held.ReleaseAgain(cpu, s_dispose);
            return;
        }

        _ended = true;
        held.Release(cpu, _access);
    }
}

/// <summary>A held lock with interrupts masked; its end unmasks them. The default value is inert; copying is moving.</summary>
public ref struct IrqLockGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(IrqLockGuard), nameof(Dispose));
    private readonly LockAccess _access;
    private readonly KernelLock? _lock;
    private bool _ended;

    internal IrqLockGuard(KernelLock @lock, LockAccess access = LockAccess.Exclusive)
    {
        _lock = @lock;
        _access = access;
    }

    /// <summary>Releases the lock and unmasks interrupts.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_lock is not { } held)
        {
            return;
        }

        Cpu cpu = s_dispose.Begin(held);
        if (_ended)
        {
            held.ReleaseAgain(cpu, s_dispose);
            return;
        }

        _ended = true;
        held.ReleaseIrq(cpu, _access);
    }
}

/// <summary>A held lock with interrupts masked; its end restores the mask. The default value is inert; copying is moving.</summary>
public ref struct IrqSaveLockGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(IrqSaveLockGuard), nameof(Dispose));
    private readonly LockAccess _access;
    private readonly IrqFlags _flags;
    private readonly KernelLock? _lock;
    private bool _ended;

    internal IrqSaveLockGuard(KernelLock @lock, IrqFlags flags, LockAccess access = LockAccess.Exclusive)
    {
        _lock = @lock;
        _flags = flags;
        _access = access;
    }

    /// <summary>Releases the lock and restores the mask.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_lock is not { } held)
        {
            return;
        }

        Cpu cpu = s_dispose.Begin(held);
        if (_ended)
        {
            held.ReleaseAgain(cpu, s_dispose);
            return;
        }

        _ended = true;
        held.ReleaseIrqRestore(cpu, _flags, _access);
    }
}

/// <summary>A held lock with softirqs off; its end turns them on. The default value is inert; copying is moving.</summary>
public ref struct BhLockGuard
{
    private static readonly Operation s_dispose = Operation.Of(typeof(BhLockGuard), nameof(Dispose));
    private readonly LockAccess _access;
    private readonly KernelLock? _lock;
    private bool _ended;

    internal BhLockGuard(KernelLock @lock, LockAccess access = LockAccess.Exclusive)
    {
        _lock = @lock;
        _access = access;
    }

    /// <summary>Releases the lock and turns softirqs on.</summary>
    [Disposes]
    public void Dispose()
    {
        if (_lock is not { } held)
        {
            return;
        }

        Cpu cpu = s_dispose.Begin(held);
        if (_ended)
        {
            held.ReleaseAgain(cpu, s_dispose);
            return;
        }

        _ended = true;
        held.ReleaseBh(cpu, _access);
    }
}
