using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>struct rw_semaphore</c>: sleeps; any number of readers, or one writer.</summary>
/// <remarks>
/// It queues: a reader waits behind a waiting writer, everywhere. The model holds it to task context on both sides, as lock validation does. Source: Linux
/// <c>kernel/locking/rwsem.c</c>.
/// </remarks>
[LockType(LockKind.RwSemaphore)]
public sealed class RwSemaphore : SharedLock
{
    private static readonly Operation s_acquireRead = Operation.Of(typeof(RwSemaphore), nameof(AcquireRead));
    private static readonly Operation s_releaseRead = Operation.Of(typeof(RwSemaphore), nameof(ReleaseRead));
    private static readonly Operation s_tryAcquireRead = Operation.Of(typeof(RwSemaphore), nameof(TryAcquireRead));
    private static readonly Operation s_acquireWrite = Operation.Of(typeof(RwSemaphore), nameof(AcquireWrite));
    private static readonly Operation s_releaseWrite = Operation.Of(typeof(RwSemaphore), nameof(ReleaseWrite));
    private static readonly Operation s_tryAcquireWrite = Operation.Of(typeof(RwSemaphore), nameof(TryAcquireWrite));
    private static readonly Operation s_downgradeWrite = Operation.Of(typeof(RwSemaphore), nameof(DowngradeWrite));
    private static readonly Operation s_lockRead = Operation.Of(typeof(RwSemaphore), nameof(LockRead));
    private static readonly Operation s_tryLockRead = Operation.Of(typeof(RwSemaphore), nameof(TryLockRead));
    private static readonly Operation s_lockWrite = Operation.Of(typeof(RwSemaphore), nameof(LockWrite));
    private static readonly Operation s_tryLockWrite = Operation.Of(typeof(RwSemaphore), nameof(TryLockWrite));

    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RwSemaphore([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(RwSemaphore), LockKind.RwSemaphore, member, file, line), name ?? member)
    {
    }

    /// <summary><c>down_read</c>. Waits behind waiting writers, so never inside itself.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this", Mode = LockMode.Shared)]
    public void AcquireRead() => Acquire(s_acquireRead.Begin(this), s_acquireRead, LockAccess.Read);

    /// <summary><c>up_read</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases("this", Mode = LockMode.Shared)]
    public void ReleaseRead() => Release(s_releaseRead.Begin(this), LockAccess.Read);

    /// <summary><c>down_read_trylock</c>: never waits.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this", Mode = LockMode.Shared)]
    public bool TryAcquireRead() => TryAcquire(s_tryAcquireRead.Begin(this), LockAccess.Read);

    /// <summary>Held for reading until the guard is disposed.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this", Mode = LockMode.Shared)]
    [return: Guard(Holds = "this", Mode = LockMode.Shared)]
    public LockGuard LockRead()
    {
        Acquire(s_lockRead.Begin(this), s_lockRead, LockAccess.Read);
        return new LockGuard(this, LockAccess.Read);
    }

    /// <summary>Tries; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this", Mode = LockMode.Shared)]
    public bool TryLockRead([Guard(Holds = "this", Mode = LockMode.Shared)] out LockGuard guard)
    {
        bool taken = TryAcquire(s_tryLockRead.Begin(this), LockAccess.Read);
        guard = taken ? new LockGuard(this, LockAccess.Read) : default;
        return taken;
    }

    /// <summary><c>down_write</c>.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this")]
    public void AcquireWrite() => Acquire(s_acquireWrite.Begin(this), s_acquireWrite);

    /// <summary><c>up_write</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases("this")]
    public void ReleaseWrite() => Release(s_releaseWrite.Begin(this));

    /// <summary><c>down_write_trylock</c>: never waits.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this")]
    public bool TryAcquireWrite() => TryAcquire(s_tryAcquireWrite.Begin(this));

    /// <summary>Held for writing until the guard is disposed.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this")]
    [return: Guard(Holds = "this")]
    public LockGuard LockWrite()
    {
        Acquire(s_lockWrite.Begin(this), s_lockWrite);
        return new LockGuard(this);
    }

    /// <summary>Tries; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this")]
    public bool TryLockWrite([Guard(Holds = "this")] out LockGuard guard)
    {
        bool taken = TryAcquire(s_tryLockWrite.Begin(this));
        guard = taken ? new LockGuard(this) : default;
        return taken;
    }

    /// <summary><c>downgrade_write</c>: the writer becomes a reader, and no other writer comes in between.</summary>
    [LegalIn(Context.Task)]
    [Releases("this")]
    [Acquires("this", Mode = LockMode.Shared)]
    public void DowngradeWrite() => Downgrade(s_downgradeWrite.Begin(this));

    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => true;
}
