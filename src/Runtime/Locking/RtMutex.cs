using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>struct rt_mutex</c>: sleeps, with priority inheritance in the kernel. The model has no task priorities.</summary>
/// <remarks>Source: Linux <c>kernel/locking/rtmutex_api.c</c>.</remarks>
[LockType(LockKind.RtMutex)]
public sealed class RtMutex : KernelLock
{
    private static readonly Operation s_acquire = Operation.Of(typeof(RtMutex), nameof(Acquire));
    private static readonly Operation s_release = Operation.Of(typeof(RtMutex), nameof(Release));
    private static readonly Operation s_tryAcquire = Operation.Of(typeof(RtMutex), nameof(TryAcquire));
    private static readonly Operation s_lock = Operation.Of(typeof(RtMutex), nameof(Lock));
    private static readonly Operation s_tryLock = Operation.Of(typeof(RtMutex), nameof(TryLock));

    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RtMutex([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(RtMutex), LockKind.RtMutex, member, file, line), name ?? member)
    {
    }

    /// <summary><c>rt_mutex_lock</c>.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this")]
    public void Acquire() => Acquire(s_acquire.Begin(this), s_acquire);

    /// <summary><c>rt_mutex_unlock</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases("this")]
    public void Release() => Release(s_release.Begin(this));

    /// <summary><c>rt_mutex_trylock</c>: never waits; still illegal in an interrupt, where no task is the owner.</summary>
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
