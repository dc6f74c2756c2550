using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>struct mutex</c>: sleeps. Taken and released by a task, never in an interrupt.</summary>
/// <remarks>Held by a task, not counted: a second acquire by the holder waits for ever. Source: Linux <c>kernel/locking/mutex.c</c>.</remarks>
[LockType(LockKind.Mutex)]
public sealed class Mutex : KernelLock
{
    private static readonly Operation s_acquire = Operation.Of(typeof(Mutex), nameof(Acquire));
    private static readonly Operation s_acquireNested = Operation.Of(typeof(Mutex), nameof(AcquireNested));
    private static readonly Operation s_acquireNestLock = Operation.Of(typeof(Mutex), nameof(AcquireNestLock));
    private static readonly Operation s_release = Operation.Of(typeof(Mutex), nameof(Release));
    private static readonly Operation s_tryAcquire = Operation.Of(typeof(Mutex), nameof(TryAcquire));
    private static readonly Operation s_lock = Operation.Of(typeof(Mutex), nameof(Lock));
    private static readonly Operation s_tryLock = Operation.Of(typeof(Mutex), nameof(TryLock));

    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public Mutex([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(Mutex), LockKind.Mutex, member, file, line), name ?? member)
    {
    }

    /// <summary><c>mutex_lock</c>.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this")]
    public void Acquire() => Acquire(s_acquire.Begin(this), s_acquire);

    /// <summary><c>mutex_lock_nested</c>: as a lock of this subclass, where another of its class is held.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this", Subclass = nameof(subclass))]
    public void AcquireNested(int subclass) => Acquire(s_acquireNested.Begin(this, Access.Write, (nameof(subclass), subclass)), s_acquireNested, new LockTaking(LockAccess.Exclusive, subclass));

    /// <summary><c>mutex_lock_nest_lock</c>: where another lock of its class is held, and <paramref name="outer"/> keeps everybody else from taking two.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this", Nest = nameof(outer))]
    public void AcquireNestLock(KernelLock outer)
    {
        System.ArgumentNullException.ThrowIfNull(outer);
        Acquire(s_acquireNestLock.Begin(this), s_acquireNestLock, new LockTaking(LockAccess.Exclusive, Nest: outer));
    }

    /// <summary><c>mutex_unlock</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases("this")]
    public void Release() => Release(s_release.Begin(this));

    /// <summary><c>mutex_trylock</c>: never waits; still illegal in an interrupt, where no task is the owner.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this")]
    public bool TryAcquire() => TryAcquire(s_tryAcquire.Begin(this));

    /// <summary>Held until the guard is disposed.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this")]
    [return: Guard(Holds = "this")]
    public LockGuard Lock()
    {
        Acquire(s_lock.Begin(this), s_lock);
        return new LockGuard(this);
    }

    /// <summary>Tries; on success it is held until the guard is disposed. On failure the guard is inert.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this")]
    public bool TryLock([Guard(Holds = "this")] out LockGuard guard)
    {
        bool taken = TryAcquire(s_tryLock.Begin(this));
        guard = taken ? new LockGuard(this) : default;
        return taken;
    }

    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => true;
}
