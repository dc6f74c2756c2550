using System;
using System.Collections.Generic;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary><c>struct ww_mutex</c>: a mutex of which one task may hold several of a class, in any order, with a ticket.</summary>
/// <remarks>
/// Taken without a ticket it is a mutex: then a second object of the class is nesting of one class. Source: Linux
/// <c>Documentation/locking/ww-mutex-design.rst</c>, <c>kernel/locking/ww_mutex.h</c>.
/// </remarks>
[LockType(LockKind.WoundWait)]
public sealed class WwMutex : KernelLock
{
    private static readonly Operation s_acquire = Operation.Of(typeof(WwMutex), nameof(Acquire));
    private static readonly Operation s_acquireSlow = Operation.Of(typeof(WwMutex), nameof(AcquireSlow));
    private static readonly Operation s_tryAcquire = Operation.Of(typeof(WwMutex), nameof(TryAcquire));
    private static readonly Operation s_release = Operation.Of(typeof(WwMutex), nameof(Release));
    private readonly PerMachine<List<WwTicket>> _waiters = new(() => []);
    private readonly PerMachine<WwTicket?> _ticket = new(() => null);

    /// <summary>A free object.</summary>
    /// <param name="of">Its class.</param>
    /// <param name="name">Its name in reports; by default that of the field it is created for.</param>
    /// <param name="member">Filled in by the compiler.</param>
    public WwMutex(WwClass of, string? name = null, [CallerMemberName] string member = "")
        : base(new LockClass(of?.Name ?? "", LockKind.WoundWait))
    {
        ArgumentNullException.ThrowIfNull(of);
        Of = of;
        Label = name ?? member;
    }

    /// <summary>Its class.</summary>
    public WwClass Of { get; }

    /// <summary>What tells it from the others of its class.</summary>
    public string Label { get; }

    /// <summary>The ticket it is held with; null when it is free or held without.</summary>
    public WwTicket? Ticket => _ticket.Value;

    /// <inheritdoc/>
    public override string ToString() => Label;

    /// <summary><c>ww_mutex_lock</c>.</summary>
    /// <param name="ticket">An open ticket of its class; null takes it as a mutex, and then it never refuses.</param>
    /// <returns>
    /// <see cref="Errno.Ok"/>: held. <see cref="Errno.EALREADY"/>: this ticket holds it already. <see cref="Errno.EDEADLK"/>: not held; an older ticket wants
    /// what this one has, so release everything and acquire this object first.
    /// </returns>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this", OnResult = nameof(Errno.Ok), Nest = nameof(ticket))]
    [Transition("ww-ticket", "acquire", Of = nameof(ticket), OnResult = nameof(Errno.Ok))]
    [Transition("ww-ticket", "refuse", Of = nameof(ticket), OnResult = nameof(Errno.EDEADLK))]
    [Transition("ww-object", "refuse", Of = "this", OnResult = nameof(Errno.EDEADLK))]
    public Errno Acquire(WwTicket? ticket)
    {
        Cpu cpu = s_acquire.Begin(this);
        if (ticket is null)
        {
            Acquire(cpu, s_acquire);
            return Errno.Ok;
        }

        return Acquire(cpu, s_acquire, ticket);
    }

    /// <summary><c>ww_mutex_lock_slow</c>: the first acquire after a refusal. Waits until it is free: the ticket holds nothing, so nobody can wait for it.</summary>
    [MayBlock]
    [LegalIn(Context.Task)]
    [Acquires("this", Nest = nameof(ticket))]
    [Transition("ww-ticket", "acquire-slow", Of = nameof(ticket))]
    public void AcquireSlow(WwTicket ticket)
    {
        ArgumentNullException.ThrowIfNull(ticket);
        Cpu cpu = s_acquireSlow.Begin(this);
        _ = Acquire(cpu, s_acquireSlow, ticket, isSlow: true);
    }

    /// <summary><c>ww_mutex_trylock</c>: never waits.</summary>
    [LegalIn(Context.Task)]
    [TryAcquires("this", Nest = nameof(ticket))]
    [Transition("ww-ticket", "acquire", Of = nameof(ticket), OnResult = "true")]
    public bool TryAcquire(WwTicket? ticket = null)
    {
        Cpu cpu = s_tryAcquire.Begin(this);
        if (ticket is not null)
        {
            Check(cpu, ticket, isSlow: false);
        }

        if (!TryAcquire(cpu))
        {
            return false;
        }

        Own(ticket);
        return true;
    }

    /// <summary><c>ww_mutex_unlock</c>.</summary>
    [LegalIn(Context.Task)]
    [Releases("this")]
    public void Release()
    {
        Cpu cpu = s_release.Begin(this);
        if (Ticket is { } ticket)
        {
            // Whoever has given everything back keeps nobody up any more.
            ticket.IsWounded &= --ticket.Acquired > 0;
            _ticket.Value = null;
        }

        Release(cpu);
    }

    /// <inheritdoc/>
    private protected override bool Sleeps(Machine machine) => true;

    private Errno Acquire(Cpu cpu, Operation operation, WwTicket ticket, bool isSlow = false)
    {
        Check(cpu, ticket, isSlow);
        if (Ticket == ticket)
        {
            return Errno.EALREADY;
        }

        cpu.Publish(MachineEventKind.LockWanted, this, value: 1, context: cpu.Context, taking: new LockTaking(LockAccess.Exclusive, Nest: ticket));
        _waiters.Value.Add(ticket);
        WoundHolder();
        bool givesWay = false;
        while (IsHeld && !(givesWay = MustGiveWay(ticket)))
        {
            cpu.Machine.Execution.Wait(new WaitFor(WaitStyle.Sleep, operation, this, () => !IsHeld || MustGiveWay(ticket), () => Holder));
        }

        _ = _waiters.Value.Remove(ticket);
        if (givesWay)
        {
            ticket.RefusedFor = this;
            cpu.Machine.Cpus[KernelTask.Current.Cpu.Value].Publish(MachineEventKind.TicketRefused, this, taking: new LockTaking(LockAccess.Exclusive, Nest: ticket, IsSlow: isSlow));
            return Errno.EDEADLK;
        }

        Take(cpu.Machine.Cpus[KernelTask.Current.Cpu.Value], new LockTaking(LockAccess.Exclusive, Nest: ticket, IsSlow: isSlow), isTry: false);
        Own(ticket);
        return Errno.Ok;
    }

    private void Own(WwTicket? ticket)
    {
        _ticket.Value = ticket;
        if (ticket is not null)
        {
            ticket.Acquired++;
            ticket.RefusedFor = null;
            WoundHolder();
        }
    }

    private void WoundHolder()
    {
        if (Of.Algorithm == WwAlgorithm.WoundWait && Ticket is { } holder && _waiters.Value.Exists(waiter => waiter.IsOlderThan(holder)))
        {
            holder.IsWounded = true;
        }
    }

    // A ticket that holds nothing keeps nobody up, so it may wait.
    private bool MustGiveWay(WwTicket waiter) => waiter.Acquired > 0 && Of.Algorithm switch
    {
        WwAlgorithm.WaitDie => Ticket is { } holder && holder.IsOlderThan(waiter),
        _ => waiter.IsWounded,
    };

    private void Check(Cpu cpu, WwTicket ticket, bool isSlow)
    {
        string? fault = ticket switch
        {
            { IsHeld: false } => "is not open",
            { IsDone: true } => "is marked done",
            _ when ticket.Of != Of => $"is for {ticket.Of}, not for {Of}",
            { RefusedFor: { } refused } when refused != this => $"was refused for {refused}, which must come first",
            { RefusedFor: null } when isSlow => "was not refused, in the form for after a refusal",
            { RefusedFor: not null, Acquired: > 0 } => $"was refused and still holds {ticket.Acquired} object(s)",
            _ => null,
        };
        if (fault is not null)
        {
            cpu.Publish(MachineEventKind.TicketMisused, this, taking: new LockTaking(LockAccess.Exclusive, Nest: ticket, IsSlow: isSlow));
            cpu.Machine.Execution.Fail($"{this} is acquired with {ticket}, which {fault}");
        }
    }
}
