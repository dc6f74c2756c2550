using IrqSafety.Contracts;
using IrqSafety.Rules;

[assembly: DeclareLockClass(IrqSafety.Runtime.CpusLock.LockName, LockKind.Hotplug)]

namespace IrqSafety.Runtime;

/// <summary>The lock itself. Hotplug writes.</summary>
internal sealed class CpuHotplugLock() : SharedLock(Machine.DeclaredLockClass(CpusLock.LockName)!)
{
    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => true;
}

/// <summary>
/// <c>cpu_hotplug_lock</c>, held for reading: CPUs neither come nor go. Every operation of <see cref="CpuHotplug"/> takes it itself, so none may be
/// called by a reader, nor by a hotplug callback.
/// </summary>
/// <remarks>A reader queues behind a waiting writer. Source: Linux <c>kernel/cpu.c</c>.</remarks>
public static class CpusLock
{
    /// <summary>The public name of its class.</summary>
    public const string LockName = "cpu_hotplug_lock";

    private static readonly Operation s_acquireRead = Operation.Of(typeof(CpusLock), nameof(AcquireRead));
    private static readonly Operation s_releaseRead = Operation.Of(typeof(CpusLock), nameof(ReleaseRead));
    private static readonly Operation s_tryAcquireRead = Operation.Of(typeof(CpusLock), nameof(TryAcquireRead));
    private static readonly Operation s_lockRead = Operation.Of(typeof(CpusLock), nameof(LockRead));
    private static readonly Operation s_tryLockRead = Operation.Of(typeof(CpusLock), nameof(TryLockRead));

    private static CpuHotplugLock Lock => Machine.Current.Hotplug.Lock;

    /// <summary><c>cpus_read_lock</c>.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires(LockName, Mode = LockMode.Shared)]
    public static void AcquireRead() => Lock.Acquire(s_acquireRead.Begin(Lock), s_acquireRead, LockAccess.Read);

    /// <summary><c>cpus_read_unlock</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases(LockName, Mode = LockMode.Shared)]
    public static void ReleaseRead() => Lock.Release(s_releaseRead.Begin(Lock), LockAccess.Read);

    /// <summary><c>cpus_read_trylock</c>: never waits.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires(LockName, Mode = LockMode.Shared)]
    public static bool TryAcquireRead() => Lock.TryAcquire(s_tryAcquireRead.Begin(Lock), LockAccess.Read);

    /// <summary>Held for reading until the guard is disposed.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires(LockName, Mode = LockMode.Shared)]
    [return: Guard(Holds = LockName, Mode = LockMode.Shared)]
    public static LockGuard LockRead()
    {
        Lock.Acquire(s_lockRead.Begin(Lock), s_lockRead, LockAccess.Read);
        return new LockGuard(Lock, LockAccess.Read);
    }

    /// <summary>Tries; on success it is held for reading until the guard is disposed. On failure the guard is inert.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires(LockName, Mode = LockMode.Shared)]
    public static bool TryLockRead([Guard(Holds = LockName, Mode = LockMode.Shared)] out LockGuard guard)
    {
        bool taken = Lock.TryAcquire(s_tryLockRead.Begin(Lock), LockAccess.Read);
        guard = taken ? new LockGuard(Lock, LockAccess.Read) : default;
        return taken;
    }
}
