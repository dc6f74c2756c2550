using System;
using System.Collections.Generic;
using IrqSafety.Contracts;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>Cases after Linux <c>Documentation/locking/ww-mutex-design.rst</c>.</summary>
public sealed class WwMutexTests
{
    private readonly WwClass _woundWait = new();
    private readonly WwClass _waitDie = new(WwAlgorithm.WaitDie);

    [Fact]
    public void A_ticket_holds_several_objects() => Run(() =>
    {
        var one = new WwMutex(_woundWait);
        var two = new WwMutex(_woundWait);
        var ticket = new WwTicket(_woundWait);
        ticket.Open();
        Assert.Equal(Errno.Ok, one.Acquire(ticket));
        Assert.Equal(Errno.Ok, two.Acquire(ticket));
        Assert.Equal(Errno.EALREADY, two.Acquire(ticket));
        Assert.Equal(2, ticket.Acquired);
        ticket.Done();
        two.Release();
        one.Release();
        ticket.Close();
        Assert.False(one.IsHeld || two.IsHeld || ticket.IsHeld);
    });

    [Fact]
    public void Without_ticket_it_is_a_mutex() => Run(() =>
    {
        var one = new WwMutex(_woundWait);
        Assert.Equal(Errno.Ok, one.Acquire(null));
        Assert.Null(one.Ticket);
        Assert.False(one.TryAcquire());
        one.Release();
        Assert.True(one.TryAcquire());
        one.Release();
    });

    // The younger waiter holds something and meets an older holder.
    [Fact]
    public void By_wait_die_the_younger_waiter_gives_way_and_comes_back()
    {
        var results = new List<Errno>();
        Run(() =>
        {
            var wanted = new WwMutex(_waitDie);
            var own = new WwMutex(_waitDie);
            var older = new WwTicket(_waitDie);
            var younger = new WwTicket(_waitDie);
            older.Open();
            Assert.Equal(Errno.Ok, wanted.Acquire(older));
            var gaveWay = new Completion();
            Machine.Current.AddTask("younger", Cpu1, () =>
            {
                younger.Open();
                results.Add(own.Acquire(younger));
                results.Add(wanted.Acquire(younger));
                Assert.Same(wanted, younger.RefusedFor);
                own.Release();
                gaveWay.Complete();
            });
            gaveWay.Wait();
            wanted.Release();
            older.Close();
        });
        Assert.Equal([Errno.Ok, Errno.EDEADLK], results);
    }

    [Fact]
    public void By_wound_wait_a_wounded_holder_gives_way_at_its_next_wait() => Run(() =>
    {
        var own = new WwMutex(_woundWait);
        var other = new WwMutex(_woundWait);
        var older = new WwTicket(_woundWait);
        var younger = new WwTicket(_woundWait);
        older.Open();
        younger.Open();
        Assert.Equal(Errno.Ok, other.Acquire(older));
        Assert.Equal(Errno.Ok, own.Acquire(younger));
        Machine machine = Machine.Current;
        machine.AddTask("older", Cpu1, () => own.Acquire(older));

        // In program order the older task, once it waits, is not left again: it has wounded the holder by then.
        Assert.Throws<WaitNeverEndsException>(() => machine.Execution.Wait(
            new WaitFor(WaitStyle.Spin, Operation.Of(typeof(WwMutex), nameof(WwMutex.Acquire)), own, () => false)));
        Assert.Equal(Errno.EDEADLK, other.Acquire(younger));
        Assert.Same(other, younger.RefusedFor);
    });

    public static TheoryData<string> Faults =>
    [
        "open twice", "done twice", "closed twice", "closed with an object", "acquired after done", "another class", "not open", "slow without refusal",
    ];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Breaking_the_tickets_protocol_is_a_bug(string fault) => Assert.Throws<MachineBugException>(() => Run(() => Break(fault)));

    private void Break(string fault)
    {
        var mutex = new WwMutex(_woundWait);
        var ticket = new WwTicket(fault == "another class" ? _waitDie : _woundWait);
        if (fault != "not open")
        {
            ticket.Open();
        }

        Action faulty = fault switch
        {
            "open twice" => ticket.Open,
            "done twice" => () => Twice(ticket.Done),
            "closed twice" => () => Twice(ticket.Close),
            "slow without refusal" => () => mutex.AcquireSlow(ticket),
            "closed with an object" => () =>
            {
                _ = mutex.Acquire(ticket);
                ticket.Close();
            },
            "acquired after done" => () =>
            {
                ticket.Done();
                _ = mutex.Acquire(ticket);
            },
            _ => () => _ = mutex.Acquire(ticket),
        };
        faulty();
    }

    private static void Twice(Action action)
    {
        action();
        action();
    }
}
