using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>How a lock is taken.</summary>
public enum LockAccess
{
    /// <summary>Alone.</summary>
    Exclusive,

    /// <summary>As a reader that queues behind waiting writers (<c>read_lock</c>, <c>down_read</c>).</summary>
    Read,

    /// <summary>As a reader that enters while another reader is in, whatever waits.</summary>
    RecursiveRead,
}

/// <summary>What a held lock keeps out.</summary>
public enum HoldMode
{
    /// <summary>Everybody.</summary>
    Exclusive,

    /// <summary>Writers, and readers that queue behind a writer.</summary>
    Shared,
}

/// <summary>What a wait for a lock can be kept up by.</summary>
public enum WaitMode
{
    /// <summary>Any holder: the waiter is a writer, or a reader that queues behind a waiting writer.</summary>
    AnyHolder,

    /// <summary>A writer only: the waiter is a recursive reader.</summary>
    WriterOnly,
}

/// <summary>
/// Reader kinds. Source: Linux <c>Documentation/locking/lockdep-design.rst</c> ("Recursive read locks"); <c>kernel/locking/qrwlock.c</c> lets
/// readers in interrupts pass waiting writers.
/// </summary>
public static class LockAccesses
{
    /// <summary>What a lock taken in this way keeps out.</summary>
    public static HoldMode Hold(this LockAccess access) => access == LockAccess.Exclusive ? HoldMode.Exclusive : HoldMode.Shared;

    /// <summary>What can keep up this way of taking a lock.</summary>
    /// <param name="access">How it is taken.</param>
    /// <param name="kind">The lock's kind.</param>
    /// <param name="inInterrupt">True in an interrupt-like context, and in a task with softirqs off.</param>
    public static WaitMode Wait(this LockAccess access, LockKind kind, bool inInterrupt) => access switch
    {
        LockAccess.Exclusive => WaitMode.AnyHolder,
        LockAccess.RecursiveRead => WaitMode.WriterOnly,
        _ => kind switch
        {
            LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu => WaitMode.WriterOnly,
            LockKind.ReadWrite when inInterrupt => WaitMode.WriterOnly,
            _ => WaitMode.AnyHolder,
        },
    };

    /// <summary>True when a holder of this mode keeps up a waiter of that one.</summary>
    public static bool Blocks(this HoldMode holder, WaitMode waiter) => holder == HoldMode.Exclusive || waiter == WaitMode.AnyHolder;

    /// <summary>True for kinds of which one holder keeps out the holders on other CPUs, so that two tasks cannot both be inside.</summary>
    public static bool KeepsOutOthers(this LockKind kind) =>
        kind is not (LockKind.Unknown or LockKind.Local or LockKind.Ticket or LockKind.Reclaim or LockKind.Scope or LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu);
}
