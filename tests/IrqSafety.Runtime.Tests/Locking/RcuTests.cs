using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class RcuTests
{
    private readonly SrcuDomain _domain = new();
    private readonly Mutex _mutex = new();

    [Fact]
    public void A_grace_period_waits_for_the_readers_that_are_inside()
    {
        var order = new List<string>();
        Run(() =>
        {
            Machine machine = Machine.Current;
            var go = new Completion();
            machine.AddTask("writer", Cpu1, () =>
            {
                go.Complete();
                _domain.Synchronize();
                order.Add("grace period over");
            });
            SrcuIndex outer = _domain.ReadLock();
            SrcuIndex inner = _domain.ReadLock();
            _domain.ReadUnlock(outer);
            _domain.ReadUnlock(inner);
            order.Add("readers gone");
            go.Wait();
        });
        Assert.Equal(["readers gone", "grace period over"], order);
    }

    [Fact]
    public void Waiting_for_a_grace_period_inside_a_section_never_ends() => Assert.Throws<WaitNeverEndsException>(() => Run(() =>
    {
        using SrcuReadGuard reader = _domain.Read();
        _domain.Synchronize();
    }));

    [Fact]
    public void A_domain_does_not_wait_for_another() => Run(() =>
    {
        using SrcuReadGuard reader = _domain.Read();
        new SrcuDomain("another").Synchronize();
        Assert.True(_domain.IsInside(KernelTask.Current));
    });

    [Fact]
    public void Sections_nest_and_mask_as_their_flavour_says() => Run(() =>
    {
        using (Rcu.Read())
        using (Rcu.Read())
        {
            Assert.Equal(Mask.None, ThisCpu.Masked);
            Assert.True(ThisCpu.Situation.Within.HasFlag(Section.RcuReader));
        }

        Assert.False(ThisCpu.Situation.Within.HasFlag(Section.RcuReader));
        using (RcuBh.Read())
        {
            Assert.Equal(Mask.Preemption | Mask.SoftIrq, ThisCpu.Masked);
        }

        using (RcuSched.Read())
        {
            Assert.Equal(Mask.Preemption, ThisCpu.Masked);
        }

        Assert.Equal(Mask.None, ThisCpu.Masked);
    });

    [Fact]
    public void A_reader_does_not_sleep() => Assert.Equal([(LawIds.AtomicSleep, "Mutex.Acquire")], Breaches(() =>
    {
        Rcu.ReadLock();
        _mutex.Acquire();
        _mutex.Release();
        Rcu.ReadUnlock();
    }));

    [Fact]
    public void A_reader_of_a_domain_may_sleep() => Assert.Empty(Breaches(() =>
    {
        using SrcuReadGuard reader = _domain.Read();
        using LockGuard guard = _mutex.Lock();
    }));

    [Fact]
    public void Readers_are_legal_in_an_NMI() => Assert.Empty(Breaches(() => InHandler(nmi: true, () =>
    {
        using RcuReadGuard reader = Rcu.Read();
        using RcuSchedReadGuard sched = RcuSched.Read();
    })));

    [Fact]
    public void Leaving_what_was_not_entered_is_a_bug() => Assert.Throws<MachineBugException>(() => Run(Rcu.ReadUnlock));

    [Fact]
    public void A_grace_period_of_RCU_waits_for_every_flavour() => Assert.Throws<WaitNeverEndsException>(() => Run(() =>
    {
        Machine.Current.AddTask("writer", Cpu1, Rcu.Synchronize);
        RcuSched.ReadLock();
        Preemption.Enable(); // so that the section can be left open
        new Completion().Wait();
    }));
}
