using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>rwlock_t</c>: spins; on PREEMPT_RT it sleeps, and its Irq flavours do not mask.</summary>
/// <remarks>
/// It queues: a reader waits behind a waiting writer, except in an interrupt or with softirqs off, where it waits for a writer that is in only. So a
/// reader inside a reader may wait for ever. Source: Linux <c>kernel/locking/qrwlock.c</c>.
/// </remarks>
[LockType(LockKind.ReadWrite)]
public sealed partial class RwLock : SharedLock
{
    /// <summary>An unlocked lock.</summary>
    /// <param name="name">Its name in reports, by default that of the field it is created for; and its class where no initialiser of a field creates it.</param>
    /// <param name="member">Filled in by the compiler.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="line">Filled in by the compiler.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RwLock([LockClassName] string? name = null, [CallerMemberName] string member = "", [CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
        : base(LockSite.ClassOf(name, typeof(RwLock), LockKind.ReadWrite, member, file, line), name ?? member)
    {
    }

    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => machine.Profile.RealTime;
}
