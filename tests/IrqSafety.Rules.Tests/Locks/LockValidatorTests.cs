using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>What Linux's lock self-test does not cover; that is in the conformance tests.</summary>
public class LockValidatorTests
{
    private readonly LockValidator _validator = new();

    [Theory]
    [InlineData(Context.PseudoNmi)]
    [InlineData(Context.Nmi)]
    [InlineData(Context.SdeiNormal)]
    [InlineData(Context.SError)]
    public void A_lock_waited_for_in_an_NMI_must_not_be_held_where_that_NMI_may_arrive(Context nmi)
    {
        Play(new LockEvent.SetMask(Mask.Irq, true), Take("A"), Drop("A"), new LockEvent.SetMask(Mask.Irq, false));
        LockReport report = Assert.Single(Play(new LockEvent.Enter(nmi), Take("A")));
        Assert.Equal(LockReportKind.InterruptUse, report.Kind);
        Assert.Equal(nmi, Assert.Single(report.Ring).Interrupt);
    }

    [Fact]
    public void A_pseudo_NMI_does_not_arrive_where_DAIF_is_masked()
    {
        Play(new LockEvent.SetMask(Mask.Daif, true), Take("A"), Drop("A"), new LockEvent.SetMask(Mask.Daif, false));
        Assert.Empty(Play(new LockEvent.Enter(Context.PseudoNmi), Take("A"), Drop("A"), new LockEvent.Leave()));
    }

    [Fact]
    public void Two_NMIs_that_do_not_interrupt_each_other_may_share_a_lock()
    {
        LockEvent[] handler = [new LockEvent.Enter(Context.PseudoNmi), Take("A"), Drop("A"), new LockEvent.Leave()];
        Assert.Empty(Play(handler));
        Assert.Empty(Play(handler));
    }

    [Fact]
    public void A_normal_and_a_critical_SDEI_event_must_not_share_a_lock()
    {
        Assert.Empty(Play(new LockEvent.Enter(Context.SdeiNormal), Take("A"), Drop("A"), new LockEvent.Leave()));
        LockReport report = Assert.Single(Play(new LockEvent.Enter(Context.SdeiCritical), Take("A")));
        Assert.Equal(Context.SdeiCritical, Assert.Single(report.Ring).Interrupt);
    }

    [Fact]
    public void An_attempt_in_an_NMI_waits_for_nothing()
    {
        Play(Take("A"), Drop("A"));
        Assert.Empty(Play(new LockEvent.Enter(Context.PseudoNmi), Take("A") with { IsTry = true }, Drop("A"), new LockEvent.Leave()));
    }

    [Fact]
    public void A_lock_under_one_that_an_NMI_waits_for_must_not_be_open_to_it()
    {
        Play(Take("B"), Drop("B"));
        Play(new LockEvent.Enter(Context.PseudoNmi), Take("A"), Drop("A"), new LockEvent.Leave());
        IReadOnlyList<LockReport> reports = Play(new LockEvent.SetMask(Mask.Daif, true), Take("A"), Take("B"));
        Assert.Equal(LockReportKind.InterruptCycle, Assert.Single(reports).Kind);
    }

    [Fact]
    public void A_handler_that_enables_interrupts_can_be_interrupted_by_its_own_kind()
    {
        Assert.Empty(Play(new LockEvent.Enter(Context.HardIrq), Take("A")));
        Assert.Equal(LockReportKind.InterruptUse, Assert.Single(Play(new LockEvent.SetMask(Mask.Irq, false))).Kind);
    }

    [Fact]
    public void A_handler_must_not_return_with_a_lock()
    {
        Play(new LockEvent.Enter(Context.HardIrq), Take("A"));
        Assert.Equal(LockReportKind.HeldOnReturn, Assert.Single(Play(new LockEvent.Leave())).Kind);
    }

    [Fact]
    public void A_handler_does_not_release_what_the_interrupted_code_holds()
    {
        Play(new LockEvent.SetMask(Mask.Irq, true), Take("A"), new LockEvent.Enter(Context.Nmi));
        Assert.Equal(LockReportKind.NotHeld, Assert.Single(Play(Drop("A"))).Kind);
    }

    [Fact]
    public void A_reader_does_not_release_as_a_writer()
    {
        Play(Take("A", LockKind.RwSemaphore, LockAccess.Read));
        Assert.Equal(LockReportKind.ReleasedInOtherMode, Assert.Single(Play(Drop("A"))).Kind);
    }

    [Fact]
    public void Waiting_for_a_grace_period_inside_a_read_side_section_never_ends()
    {
        Play(Take("srcu", LockKind.Srcu, LockAccess.Read));
        Assert.Equal(LockReportKind.ReaderRecursion, Assert.Single(Play(Take("srcu", LockKind.Srcu))).Kind);
    }

    [Fact]
    public void Waiting_for_a_grace_period_under_a_lock_that_readers_take_is_a_ring()
    {
        Assert.Empty(Play(Take("srcu", LockKind.Srcu, LockAccess.Read), Take("A", LockKind.Mutex), Drop("A"), Drop("srcu", LockAccess.Read)));
        Assert.Equal(LockReportKind.OrderCycle, Assert.Single(Play(Take("A", LockKind.Mutex), Take("srcu", LockKind.Srcu))).Kind);
    }

    [Fact]
    public void Readers_of_a_domain_in_both_orders_with_a_lock_are_no_ring()
    {
        Play(Take("srcu", LockKind.Srcu, LockAccess.Read), Take("A", LockKind.Mutex), Drop("A"), Drop("srcu", LockAccess.Read));
        Assert.Empty(Play(Take("A", LockKind.Mutex), Take("srcu", LockKind.Srcu, LockAccess.Read)));
    }

    [Fact]
    public void A_grace_period_is_not_waited_for_in_an_RCU_section() =>
        Assert.Contains(Play(Take("rcu", LockKind.Rcu, LockAccess.Read), Take("srcu", LockKind.Srcu)), report => report.Kind == LockReportKind.WaitContext);

    [Fact]
    public void Memory_reclaim_is_part_of_the_order()
    {
        Play(new LockEvent.Reclaim(true, true), Take("A", LockKind.Mutex), Drop("A"), new LockEvent.Reclaim(false, true));
        Assert.Equal(LockReportKind.OrderCycle, Assert.Single(Play(Take("A", LockKind.Mutex), new LockEvent.MayAllocate(true))).Kind);
    }

    [Fact]
    public void On_a_real_time_build_a_per_CPU_lock_is_on_the_path()
    {
        LockEvent[] script =
        [
            Take("L", LockKind.Local), Drop("L"),
            new LockEvent.Enter(Context.HardIrq), Take("A", LockKind.RawSpin), Drop("A"), new LockEvent.Leave(),
            new LockEvent.SetMask(Mask.Irq, true), Take("A", LockKind.RawSpin), Take("L", LockKind.Local) with { Site = "last" },
        ];
        Assert.DoesNotContain(Play(script), report => report.Kind == LockReportKind.InterruptCycle);
        var realTime = new LockValidator(realTime: true);
        Assert.Contains(script.SelectMany(realTime.Observe), report => report.Kind == LockReportKind.InterruptCycle && report.Site == "last");
    }

    [Fact]
    public void Tasks_hold_their_locks_apart_and_learn_together()
    {
        Play(Take("A") with { Task = "one" }, Take("B") with { Task = "one" });
        LockReport report = Assert.Single(Play(Take("B") with { Task = "two", Site = "here" }, Take("A") with { Task = "two", Site = "there" }));
        Assert.Equal((LockReportKind.OrderCycle, "there"), (report.Kind, report.Site));
    }

    [Fact]
    public void A_declared_subclass_is_a_class_of_its_own()
    {
        Assert.Empty(Play(Take("A", instance: "1"), Take("A", instance: "2", subclass: 1), Drop("A", instance: "2"), Drop("A", instance: "1")));
        Assert.Equal(LockReportKind.OrderCycle, Assert.Single(Play(Take("A", instance: "3", subclass: 1), Take("A", instance: "4"))).Kind);
    }

    [Fact]
    public void A_lock_known_only_by_a_path_is_no_gate()
    {
        LockIdentity gate = new(new LockClassKey("G"), "this.gate", IsUnique: false);
        LockEvent[] under = [new LockEvent.Acquire(gate, LockKind.Spin)];
        Play([.. under, Take("A"), Take("B"), Drop("B"), Drop("A"), new LockEvent.Release(gate)]);
        Assert.Equal(LockReportKind.OrderCycle, Assert.Single(Play([.. under, Take("B"), Take("A")])).Kind);
    }

    [Fact]
    public void A_gate_that_is_one_lock_lets_one_task_in()
    {
        Play(Take("G"), Take("A"), Take("B"), Drop("B"), Drop("A"), Drop("G"));
        Assert.Empty(Play(Take("G"), Take("B"), Take("A")));
    }

    private IReadOnlyList<LockReport> Play(params LockEvent[] script) => [.. script.SelectMany(_validator.Observe)];

    private static LockEvent.Acquire Take(
        string name, LockKind kind = LockKind.RawSpin, LockAccess access = LockAccess.Exclusive, string? instance = null, int subclass = 0) =>
        new(Identity(name, instance, subclass), kind, access);

    private static LockEvent.Release Drop(string name, LockAccess access = LockAccess.Exclusive, string? instance = null) => new(Identity(name, instance, 0), access);

    private static LockIdentity Identity(string name, string? instance, int subclass) => new(new LockClassKey(name, subclass), instance ?? name);
}
