using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>What became of an attempt to take a lock.</summary>
public enum AcquireResult
{
    /// <summary>It is held.</summary>
    Taken,

    /// <summary>An attempt that failed.</summary>
    Busy,

    /// <summary>The ticket holds it already (<c>-EALREADY</c>).</summary>
    AlreadyHeld,

    /// <summary>Refused, because an older ticket has it (<c>-EDEADLK</c>).</summary>
    Refused,
}

/// <summary>Something a task does that matters to locks. A lock is reported when it is wanted, before anybody waits.</summary>
public abstract record LockEvent
{
    /// <summary>The task. Its interrupt handlers run on its stack.</summary>
    public string Task { get; init; } = "";

    /// <summary>Where, for reports.</summary>
    public string Site { get; init; } = "";

    /// <summary>Takes a lock.</summary>
    public sealed record Acquire(LockIdentity Lock, LockKind Kind, LockAccess Access = LockAccess.Exclusive) : LockEvent
    {
        /// <summary>An attempt that never waits.</summary>
        public bool IsTry { get; init; }

        /// <summary>The sections it is taken in.</summary>
        public Section Within { get; init; }

        /// <summary>The held lock that makes a second lock of a held class legal.</summary>
        public LockIdentity? Nest { get; init; }

        /// <summary>What came of it.</summary>
        public AcquireResult Result { get; init; }

        /// <summary>For a wound/wait object: taken with its own interface, not that of the plain mutex inside.</summary>
        public bool IsWoundWait { get; init; }

        /// <summary>The ticket it is taken with.</summary>
        public string? Ticket { get; init; }

        /// <summary>The form for the first acquire after a refusal (<c>ww_mutex_lock_slow</c>).</summary>
        public bool IsSlow { get; init; }
    }

    /// <summary>Releases a lock.</summary>
    public sealed record Release(LockIdentity Lock, LockAccess Access = LockAccess.Exclusive) : LockEvent
    {
        /// <summary>See <see cref="Acquire.IsWoundWait"/>.</summary>
        public bool IsWoundWait { get; init; }
    }

    /// <summary>Initialises or frees a lock.</summary>
    public sealed record Initialise(LockIdentity Lock) : LockEvent;

    /// <summary>Gives a lock another subclass.</summary>
    public sealed record SetSubclass(LockIdentity Lock, int Subclass) : LockEvent;

    /// <summary>A held lock passes to somebody who is not followed: an owner on another machine, a completion.</summary>
    public sealed record HandOver(LockIdentity Lock) : LockEvent;

    /// <summary>A mask of this CPU changes. Softirqs and preemption count; interrupts do not.</summary>
    public sealed record SetMask(Mask Mask, bool Masked) : LockEvent;

    /// <summary>An interrupt-like context begins on top of what runs, with what it arrives with masked.</summary>
    public sealed record Enter(Context Context) : LockEvent
    {
        /// <summary>A handler that a real-time build runs in a thread.</summary>
        public bool IsThreaded { get; init; }
    }

    /// <summary>The innermost context ends; the masks are what they were when it began.</summary>
    public sealed record Leave : LockEvent;

    /// <summary>Memory reclaim begins or ends.</summary>
    public sealed record Reclaim(bool Begins, bool MayEnterFilesystem) : LockEvent;

    /// <summary>A place that may allocate, and so reclaim memory.</summary>
    public sealed record MayAllocate(bool MayEnterFilesystem) : LockEvent;

    /// <summary>A scope begins or ends in which no allocation enters the filesystem (<c>memalloc_nofs_save</c>).</summary>
    public sealed record NoFilesystemScope(bool Begins) : LockEvent;

    /// <summary>Opens a ticket for the objects of <paramref name="Of"/>.</summary>
    public sealed record OpenTicket(string Ticket, string? Of) : LockEvent;

    /// <summary>The ticket acquires no more.</summary>
    public sealed record FinishTicket(string Ticket) : LockEvent;

    /// <summary>Closes a ticket.</summary>
    public sealed record CloseTicket(string Ticket) : LockEvent;

    /// <summary>One ticket is assigned to another as a value.</summary>
    public sealed record CopyTicket(string From, string To) : LockEvent;

    /// <summary>The program wrote the ticket's class.</summary>
    public sealed record WriteTicketClass(string Ticket, string? Of) : LockEvent;

    /// <summary>The program wrote the ticket's count of objects.</summary>
    public sealed record WriteTicketCount(string Ticket, int Count) : LockEvent;

    /// <summary>The program wrote an object's owner: a ticket, or null.</summary>
    public sealed record WriteOwner(LockIdentity Lock, string? Ticket) : LockEvent;
}
