using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// Follows what tasks do with locks and says what is wrong with it, or possible because of it, although nothing went wrong in this run.
/// </summary>
/// <remarks>
/// The rules are those of Linux's validator (<c>Documentation/locking/lockdep-design.rst</c>, <c>kernel/locking/lockdep.c</c>), with three
/// differences: it goes on after a report, each context that may interrupt is followed by itself, not only interrupts and softirqs, and a
/// ring that a common outer lock makes impossible is not reported.
/// </remarks>
/// <param name="realTime">For a real-time build.</param>
public sealed class LockValidator(bool realTime = false)
{
    private static readonly LockIdentity ReclaimLock = new(new LockClassKey("fs_reclaim"), "fs_reclaim");

    private readonly Dictionary<string, TaskLocks> _tasks = [];
    private readonly Dictionary<(string Class, object Instance), int> _subclasses = [];
    private readonly WoundWaitTickets _tickets = new();

    /// <summary>What was learned.</summary>
    public LockDependencies Dependencies { get; } = new(realTime);

    /// <summary>The class of a lock, with the subclass it was given.</summary>
    public LockClassKey ClassOf(LockIdentity identity) => WithSubclass(identity).Class;

    /// <summary>True while a task holds some lock. What a task that holds none does with masks, and which handlers run on its stack, has no consequence until it takes one.</summary>
    public bool Holds(string task) => _tasks.TryGetValue(task, out TaskLocks? locks) && locks.HoldsAny;

    /// <summary>Takes in an event; what is wrong comes back.</summary>
    public IReadOnlyList<LockReport> Observe(LockEvent happened)
    {
        TaskLocks task = TaskOf(happened.Task);
        return happened switch
        {
            LockEvent.Acquire acquire => OnAcquire(task, acquire with { Lock = WithSubclass(acquire.Lock) }),
            LockEvent.Release release => OnRelease(task, release),
            LockEvent.Initialise initialise => OnInitialise(task, initialise),
            LockEvent.SetSubclass change => OnSetSubclass(task, change),
            LockEvent.HandOver handOver => OnHandOver(task, handOver.Lock),
            LockEvent.SetMask change => OnSetMask(task, change),
            LockEvent.Enter enter => OnEnter(task, enter),
            LockEvent.Leave leave => OnLeave(task, leave),
            LockEvent.Reclaim reclaim => OnReclaim(task, reclaim),
            LockEvent.MayAllocate allocation => OnMayAllocate(task, allocation),
            LockEvent.NoFilesystemScope scope => OnNoFilesystemScope(task, scope),
            LockEvent.OpenTicket or LockEvent.FinishTicket or LockEvent.CloseTicket => OnTicket(task, happened),
            _ => OnWrite(happened),
        };
    }

    private IReadOnlyList<LockReport> OnAcquire(TaskLocks task, LockEvent.Acquire acquire)
    {
        if (acquire.Result is AcquireResult.Busy or AcquireResult.AlreadyHeld)
        {
            return [];
        }

        var found = new List<LockReport>();
        if (acquire.IsWoundWait)
        {
            found.AddRange(_tickets.Acquire(acquire).Select(fault => new LockReport(LockReportKind.Ticket, acquire.Lock.Class, acquire.Site, fault)));
        }

        var wanted = new HeldLock(
            acquire.Lock, acquire.Kind, acquire.Access.Hold(), acquire.Access.Wait(acquire.Kind, task.InInterrupt), acquire.IsTry, acquire.Site);
        LockIdentity? nestLock = acquire.Nest ?? (acquire.Ticket is { } ticket ? TicketLock(ticket) : null);
        HeldLock? nest = nestLock is null ? null : task.Find(nestLock);
        bool taken = acquire.Result == AcquireResult.Taken;
        if (taken)
        {
            found.AddRange(Nesting(task, acquire.Within, wanted, nestLock, nest));
        }

        ContextFrame frame = task.Current;
        found.AddRange(Dependencies.Acquire(LockNesting.OrderedBefore(frame.Held, wanted, nest), wanted, frame.Context, taken ? frame.Arriving : Context.None));
        if (taken)
        {
            frame.Push(wanted);
        }

        return found;
    }

    /// <summary>What is wrong with taking this lock inside what is held, whatever else is known.</summary>
    private static IEnumerable<LockReport> Nesting(TaskLocks task, Section within, HeldLock wanted, LockIdentity? nestLock, HeldLock? nest)
    {
        if (nestLock is not null && nest is null)
        {
            yield return new LockReport(LockReportKind.NestLockNotHeld, wanted.Class, wanted.Site, $"{wanted.Lock} is taken as nested under {nestLock}, which is not held");
        }

        if (wanted.IsTry)
        {
            yield break;
        }

        WaitType limit = task.Current.WaitLimit(within);
        WaitType wait = WaitTypes.Of(wanted.Kind, wanted.Hold);
        if (wait > limit)
        {
            yield return new LockReport(LockReportKind.WaitContext, wanted.Class, wanted.Site, $"{wanted.Lock} may {WaitTypes.Describe(wait)}, where code may {WaitTypes.Describe(limit)}");
        }

        if (LockNesting.KeepsUpItsHolder(task.AllHeld, wanted, nest) is { } again)
        {
            // What the interrupted code holds is not taken again by it: the handler waits for it.
            LockReportKind kind = task.Current.Held.Contains(again) ? LockNesting.KindOf(again, wanted) : LockReportKind.InterruptUse;
            yield return new LockReport(kind, wanted.Class, wanted.Site, $"{wanted.Lock} is taken while {again.Lock} of the same class is held since {again.Site}");
        }
    }

    private IReadOnlyList<LockReport> OnRelease(TaskLocks task, LockEvent.Release release)
    {
        var found = new List<LockReport>();
        LockClassKey key = ClassOf(release.Lock);
        HoldMode hold = release.Access.Hold();
        HeldLock? held = task.Current.Remove(release.Lock, hold);
        if (held is null)
        {
            found.Add(new LockReport(LockReportKind.NotHeld, key, release.Site, $"{release.Lock} is released, but not held here"));
        }
        else if (held.Hold != hold)
        {
            found.Add(new LockReport(LockReportKind.ReleasedInOtherMode, key, release.Site, $"{release.Lock} is held {Name(held.Hold)} since {held.Site}, but released {Name(hold)}"));
        }

        if (release.IsWoundWait && _tickets.Release(release.Lock) is { } fault)
        {
            found.Add(new LockReport(LockReportKind.Ticket, key, release.Site, fault));
        }

        return found;
    }

    private IReadOnlyList<LockReport> OnInitialise(TaskLocks task, LockEvent.Initialise initialise)
    {
        HeldLock? held = task.Find(initialise.Lock) ?? _tasks.Values.Select(each => each.Find(initialise.Lock)).FirstOrDefault(each => each is not null);
        return held is null
            ? []
            : [new LockReport(LockReportKind.InitialisedWhileHeld, held.Class, initialise.Site, $"{initialise.Lock} is initialised while it is held since {held.Site}")];
    }

    private IReadOnlyList<LockReport> OnSetSubclass(TaskLocks task, LockEvent.SetSubclass change)
    {
        _subclasses[(change.Lock.Class.Name, change.Lock.Instance)] = change.Subclass;
        ContextFrame frame = task.Current;
        if (!frame.Held.Any(held => held.Lock.IsSameLock(change.Lock)))
        {
            return [];
        }

        // The holder goes on with another class: what is held is taken again, in the order it was taken.
        var found = new List<LockReport>();
        foreach (HeldLock held in frame.Held.ToArray())
        {
            _ = frame.Remove(held.Lock, held.Hold);
            HeldLock again = held with { Lock = WithSubclass(held.Lock) };
            found.AddRange(Dependencies.Acquire(frame.Held, again, frame.Context, frame.Arriving));
            frame.Push(again);
        }

        return found;
    }

    private static IReadOnlyList<LockReport> OnHandOver(TaskLocks task, LockIdentity handedOver)
    {
        _ = task.Current.Remove(handedOver, HoldMode.Exclusive);
        return [];
    }

    private IReadOnlyList<LockReport> OnSetMask(TaskLocks task, LockEvent.SetMask change)
    {
        task.Current.SetMask(change.Mask, change.Masked);
        return change.Masked ? [] : Dependencies.Open([.. task.AllHeld], task.Current.Arriving, change.Site);
    }

    private static IReadOnlyList<LockReport> OnEnter(TaskLocks task, LockEvent.Enter enter)
    {
        task.Enter(enter.Context, enter.IsThreaded);
        return [];
    }

    private static IReadOnlyList<LockReport> OnLeave(TaskLocks task, LockEvent.Leave leave) => task.Leave() is not { } left
        ? []
        : [.. left.Select(held => new LockReport(LockReportKind.HeldOnReturn, held.Class, leave.Site, $"the handler returns with {held.Lock} held since {held.Site}"))];

    private IReadOnlyList<LockReport> OnReclaim(TaskLocks task, LockEvent.Reclaim reclaim)
    {
        if (!reclaim.MayEnterFilesystem || task.NoFilesystemScopes > 0)
        {
            return [];
        }

        return reclaim.Begins
            ? OnAcquire(task, new LockEvent.Acquire(ReclaimLock, LockKind.Reclaim) { Site = reclaim.Site })
            : OnRelease(task, new LockEvent.Release(ReclaimLock) { Site = reclaim.Site });
    }

    private IReadOnlyList<LockReport> OnMayAllocate(TaskLocks task, LockEvent.MayAllocate allocation) =>
    [
        .. OnReclaim(task, new LockEvent.Reclaim(Begins: true, allocation.MayEnterFilesystem) { Site = allocation.Site }),
        .. OnReclaim(task, new LockEvent.Reclaim(Begins: false, allocation.MayEnterFilesystem) { Site = allocation.Site }),
    ];

    private static IReadOnlyList<LockReport> OnNoFilesystemScope(TaskLocks task, LockEvent.NoFilesystemScope scope)
    {
        task.NoFilesystemScopes += scope.Begins ? 1 : -1;
        return [];
    }

    private IReadOnlyList<LockReport> OnTicket(TaskLocks task, LockEvent happened)
    {
        switch (happened)
        {
            case LockEvent.OpenTicket open:
                _tickets.Open(open.Ticket, open.Of);
                return OnAcquire(task, new LockEvent.Acquire(TicketLock(open.Ticket), LockKind.Ticket) { Site = open.Site });
            case LockEvent.FinishTicket finish:
                return Broken(finish.Ticket, finish.Site, _tickets.Finish(finish.Ticket));
            case LockEvent.CloseTicket close:
                _ = task.Current.Remove(TicketLock(close.Ticket), HoldMode.Exclusive);
                return Broken(close.Ticket, close.Site, _tickets.Close(close.Ticket));
            default:
                throw new ArgumentOutOfRangeException(nameof(happened), happened, "not an event of a ticket");
        }
    }

    private IReadOnlyList<LockReport> OnWrite(LockEvent happened)
    {
        switch (happened)
        {
            case LockEvent.CopyTicket copy:
                _tickets.Copy(copy.From, copy.To);
                break;
            case LockEvent.WriteTicketClass write:
                _tickets.WriteClass(write.Ticket, write.Of);
                break;
            case LockEvent.WriteTicketCount write:
                _tickets.WriteCount(write.Ticket, write.Count);
                break;
            case LockEvent.WriteOwner write:
                _tickets.WriteOwner(write.Lock, write.Ticket);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(happened), happened, "an event this validator does not know");
        }

        return [];
    }

    private static IReadOnlyList<LockReport> Broken(string ticket, string site, string? fault) =>
        fault is null ? [] : [new LockReport(LockReportKind.Ticket, TicketLock(ticket).Class, site, fault)];

    // All tickets are one class: two of them must not be open in one task.
    private static LockIdentity TicketLock(string ticket) => new(new LockClassKey("ww_acquire"), ticket);

    private LockIdentity WithSubclass(LockIdentity identity) =>
        identity.Class.Subclass == 0 && _subclasses.TryGetValue((identity.Class.Name, identity.Instance), out int subclass)
            ? identity with { Class = identity.Class with { Subclass = subclass } }
            : identity;

    private TaskLocks TaskOf(string name)
    {
        if (!_tasks.TryGetValue(name, out TaskLocks? task))
        {
            _tasks[name] = task = new TaskLocks();
        }

        return task;
    }

    private static string Name(HoldMode hold) => hold == HoldMode.Exclusive ? "exclusively" : "as a reader";
}
