using System;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Simulator;

/// <summary>What the lock rules are told, before it is put in their words: two are compared without making either.</summary>
internal record struct ToldEvent
{
    /// <summary>What happens.</summary>
    public ToldKind Kind { get; set; }

    /// <summary>The task, by the name that the rules know.</summary>
    public string Task { get; set; }

    /// <summary>Where, for reports.</summary>
    public StepKey Place { get; set; }

    /// <summary>The lock.</summary>
    public LockIdentity? Lock { get; set; }

    /// <summary>The held lock that makes a second lock of a held class legal.</summary>
    public LockIdentity? Nest { get; set; }

    /// <summary>The kind of the lock.</summary>
    public LockKind LockKind { get; set; }

    /// <summary>How it is taken or released.</summary>
    public LockAccess Access { get; set; }

    /// <summary>The sections it is taken in.</summary>
    public Section Within { get; set; }

    /// <summary>What came of it.</summary>
    public AcquireResult Result { get; set; }

    /// <summary>An attempt that never waits.</summary>
    public bool IsTry { get; set; }

    /// <summary>Taken or released with the interface of wound/wait objects.</summary>
    public bool IsWoundWait { get; set; }

    /// <summary>The form for the first acquire after a refusal.</summary>
    public bool IsSlow { get; set; }

    /// <summary>The ticket.</summary>
    public string? Ticket { get; set; }

    /// <summary>The class that the ticket is for.</summary>
    public string? TicketOf { get; set; }

    /// <summary>The mask that changes.</summary>
    public Mask Mask { get; set; }

    /// <summary>It masks from now on.</summary>
    public bool Masked { get; set; }

    /// <summary>The context that begins.</summary>
    public Context Context { get; set; }

    /// <summary>A handler that a real-time build runs in a thread.</summary>
    public bool IsThreaded { get; set; }

    /// <summary>What no machine does, in the words of the rules.</summary>
    public LockEvent? Other { get; set; }

    /// <summary>The same in the words of the rules.</summary>
    public readonly LockEvent InWords
    {
        get
        {
            string place = Place.ToString();
            return Kind switch
            {
                ToldKind.Mask => new LockEvent.SetMask(Mask, Masked) { Task = Task, Site = place },
                ToldKind.Enter => new LockEvent.Enter(Context) { IsThreaded = IsThreaded, Task = Task, Site = place },
                ToldKind.Leave => new LockEvent.Leave { Task = Task, Site = place },
                ToldKind.Acquire => new LockEvent.Acquire(Lock!, LockKind, Access)
                {
                    Within = Within,
                    Nest = Nest,
                    Result = Result,
                    IsTry = IsTry,
                    IsWoundWait = IsWoundWait,
                    IsSlow = IsSlow,
                    Ticket = Ticket,
                    Task = Task,
                    Site = place,
                },
                ToldKind.Release => new LockEvent.Release(Lock!, Access) { IsWoundWait = IsWoundWait, Task = Task, Site = place },
                ToldKind.Initialise => new LockEvent.Initialise(Lock!) { Task = Task, Site = place },
                ToldKind.OpenTicket => new LockEvent.OpenTicket(Ticket!, TicketOf) { Task = Task, Site = place },
                ToldKind.FinishTicket => new LockEvent.FinishTicket(Ticket!) { Task = Task, Site = place },
                ToldKind.CloseTicket => new LockEvent.CloseTicket(Ticket!) { Task = Task, Site = place },
                _ => Other!,
            };
        }
    }

    /// <summary>What no machine does.</summary>
    public static ToldEvent Of(LockEvent other) => new() { Kind = ToldKind.Other, Task = other.Task, Other = other };
}

/// <summary>What happens to a lock, a mask or a context.</summary>
internal enum ToldKind
{
    /// <summary>What no machine does.</summary>
    Other,

    /// <summary>A mask changes.</summary>
    Mask,

    /// <summary>A context begins.</summary>
    Enter,

    /// <summary>It ends.</summary>
    Leave,

    /// <summary>A lock is taken, or wanted.</summary>
    Acquire,

    /// <summary>A lock is released.</summary>
    Release,

    /// <summary>A lock is initialised.</summary>
    Initialise,

    /// <summary>A ticket is opened.</summary>
    OpenTicket,

    /// <summary>It acquires no more.</summary>
    FinishTicket,

    /// <summary>It is closed.</summary>
    CloseTicket,
}
