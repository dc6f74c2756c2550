using System;
using System.Linq;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>One operation, one situation, the laws broken. Expectations follow the kernel's own run-time checks, named at each group.</summary>
public class LegalityTests
{
    private static readonly OperationContract Plain = new();
    private static readonly OperationContract Sleeps = new() { MayBlock = new Conditional(null) };
    private static readonly OperationContract Allocates = new() { MayAllocate = true };
    private static readonly OperationContract WaitsForCpus = new() { WaitsForCpus = new Conditional(null) };

    public static TheoryData<Context> EachNmi => [.. Context.AnyNmi.Each()];

    public static TheoryData<Context> EachContext => [.. Contexts.All];

    [Theory]
    [MemberData(nameof(EachContext))]
    public void An_empty_contract_is_legal_everywhere(Context context) => Assert.Empty(Laws(Plain, In(context)));

    // might_sleep()
    [Fact]
    public void A_task_may_sleep() => Assert.Empty(Laws(Sleeps, In(Context.Task)));

    [Theory]
    [InlineData(Mask.Preemption)]
    [InlineData(Mask.SoftIrq)]
    [InlineData(Mask.Irq)]
    [InlineData(Mask.Daif)]
    public void A_task_may_not_sleep_with_anything_masked(Mask mask) =>
        Assert.Equal([LawIds.AtomicSleep], Laws(Sleeps, In(Context.Task) with { Masked = mask }));

    [Theory]
    [InlineData(Context.SoftIrq)]
    [InlineData(Context.HardIrq)]
    [InlineData(Context.Fiq)]
    public void An_interrupt_may_not_sleep(Context context) => Assert.Equal([LawIds.AtomicSleep], Laws(Sleeps, In(context)));

    [Theory]
    [MemberData(nameof(EachNmi))]
    public void Sleeping_and_allocating_are_not_safe_from_NMI(Context nmi)
    {
        Assert.Equal([LawIds.NmiUnsafeCall], Laws(Sleeps, In(nmi)));
        Assert.Equal([LawIds.NmiUnsafeCall], Laws(Allocates, In(nmi)));
    }

    [Theory]
    [InlineData(Context.Task)]
    [InlineData(Context.SoftIrq)]
    [InlineData(Context.HardIrq)]
    public void Allocating_is_legal_outside_NMI(Context context) => Assert.Empty(Laws(Allocates, In(context)));

    // __cpu_do_idle_irqprio(): what PMR holds back never ends a WFI, what PSTATE masks does.
    [Theory]
    [InlineData(Mask.None, false)]
    [InlineData(Mask.Irq, true)]
    [InlineData(Mask.Irq | Mask.Daif, false)]
    [InlineData(Mask.Preemption | Mask.SoftIrq, false)]
    public void A_CPU_may_not_wait_for_an_interrupt_behind_the_priority_mask(Mask masked, bool isIllegal) => Assert.Equal(
        isIllegal ? [LawIds.IdleMasked] : [],
        Laws(new OperationContract { WaitsForInterrupt = new InterruptWait(null) }, In(Context.Task) with { Masked = masked }));

    // CPU hotplug STARTING callbacks, stop-machine and CPU-PM notifiers run with interrupts off.
    [Theory]
    [InlineData(Section.CpuStarting)]
    [InlineData(Section.StopMachine)]
    [InlineData(Section.CpuPm)]
    [InlineData(Section.PreemptOff)]
    public void Sections_without_preemption_may_not_sleep(Section section) =>
        Assert.Equal([LawIds.AtomicSleep], Laws(Sleeps, Situation.AtEntry(Context.Task, section)));

    [Fact]
    public void A_cpu_online_callback_may_sleep() => Assert.Empty(Laws(Sleeps, Situation.AtEntry(Context.Task, Section.CpuOnline)));

    [Theory]
    [InlineData(Context.HardIrq)]
    [InlineData(Context.PseudoNmi)]
    [InlineData(Context.SdeiCritical)]
    public void A_handler_starts_with_interrupts_and_preemption_off(Context context)
    {
        Situation entry = In(context);
        Assert.Equal(Mask.Irq | Mask.Preemption, entry.Masked & (Mask.Irq | Mask.Preemption));
        Assert.Equal(context.IsNmi(), (entry.Masked & Mask.Daif) != 0);
    }

    // A handler that may run as an NMI or as an IRQ gets only what both have.
    [Fact]
    public void A_double_role_starts_with_what_both_roles_mask() =>
        Assert.Equal(Mask.None, In(Context.HardIrq | Context.PseudoNmi).Masked & Mask.Daif);

    // Context rules
    [Fact]
    public void An_operation_for_tasks_is_a_context_breach_in_an_interrupt_and_unsafe_in_an_NMI()
    {
        var operation = new OperationContract { LegalIn = [new ContextRule(Context.Task)] };
        Assert.Empty(Laws(operation, In(Context.Task)));
        Assert.Equal([LawIds.ContextLegal], Laws(operation, In(Context.HardIrq)));
        Assert.Equal([LawIds.NmiUnsafeCall], Laws(operation, In(Context.PseudoNmi)));
    }

    [Fact]
    public void A_double_role_is_judged_against_both()
    {
        var operation = new OperationContract { ForbiddenIn = [new ContextRule(Context.AnyNmi, Because: "takes the runqueue lock")] };
        Breach breach = Assert.Single(Legality.Judge(operation, In(Context.HardIrq | Context.PseudoNmi), _ => null, _ => null));
        Assert.Equal((LawIds.NmiUnsafeCall, "a pseudo-NMI", "takes the runqueue lock"), (breach.Law, breach.Where, breach.Because));
    }

    // A condition on an argument counts when it is known to hold, never when it is unknown.
    [Theory]
    [InlineData("true", 1)]
    [InlineData("false", 0)]
    [InlineData(null, 0)]
    public void A_condition_must_be_known_to_hold(string? wait, int breaches)
    {
        Assert.True(When.TryParse("wait == true", out When? when, out _));
        var operation = new OperationContract { MayBlock = new Conditional(when) };
        Assert.Equal(breaches, Legality.Judge(operation, In(Context.HardIrq), name => name == "wait" ? wait : null, _ => null).Count());
    }

    // smp_call_function_many(): WARN_ON_ONCE(irqs_disabled() && !oops_in_progress), WARN_ON_ONCE(!in_task()).
    [Theory]
    [InlineData(Context.Task, Mask.None, Section.None, false)]
    [InlineData(Context.Task, Mask.Preemption, Section.None, false)]
    [InlineData(Context.Task, Mask.Irq, Section.None, true)]
    [InlineData(Context.Task, Mask.Daif, Section.None, true)]
    [InlineData(Context.SoftIrq, Mask.Preemption, Section.None, true)]
    [InlineData(Context.HardIrq, Mask.Irq, Section.None, true)]
    [InlineData(Context.PseudoNmi, Mask.Daif, Section.None, true)]
    [InlineData(Context.Task, Mask.Irq, Section.CrashStop, false)]
    public void Waiting_for_cpus(Context context, Mask masked, Section within, bool broken) => Assert.Equal(
        broken ? [LawIds.CrossCallWait] : [],
        Laws(WaitsForCpus, new Situation(context, masked, Mask.None, within)));

    // prepare_percpu_nmi(): WARN_ON(preemptible()).
    [Fact]
    public void What_must_be_masked_is_missed_only_where_it_is_known_to_be_unmasked()
    {
        var operation = new OperationContract { RequiresMasked = Mask.Preemption };
        Assert.Equal([LawIds.ContextLegal], Laws(operation, In(Context.Task) with { Unmasked = Mask.Preemption }));
        Assert.Empty(Laws(operation, In(Context.Task) with { Masked = Mask.Preemption }));
        Assert.Empty(Laws(operation, In(Context.Task)));
    }

    [Fact]
    public void What_must_be_unmasked_is_missed_only_where_it_is_known_to_be_masked()
    {
        var operation = new OperationContract { RequiresUnmasked = Mask.Irq };
        Assert.Equal([LawIds.ContextLegal], Laws(operation, In(Context.Task) with { Masked = Mask.Irq }));
        Assert.Empty(Laws(operation, In(Context.Task) with { Unmasked = Mask.Irq }));
        Assert.Empty(Laws(operation, In(Context.Task)));
    }

    // Locks: lockdep's inconsistent {INITIAL USE} -> {IN-NMI}.
    [Theory]
    [InlineData(LockAction.Acquire, LockKind.RawSpin, Context.None, Context.PseudoNmi, false)]
    [InlineData(LockAction.Acquire, LockKind.RawSpin, Context.PseudoNmi, Context.PseudoNmi, false)]
    [InlineData(LockAction.Acquire, LockKind.RawSpin, Context.Task | Context.HardIrq, Context.PseudoNmi, true)]
    [InlineData(LockAction.Acquire, LockKind.RawSpin, Context.PseudoNmi, Context.SdeiNormal, true)]
    [InlineData(LockAction.Acquire, LockKind.RawSpin, Context.SdeiCritical, Context.SdeiNormal, false)]
    [InlineData(LockAction.Acquire, LockKind.Spin, Context.None, Context.PseudoNmi, true)]
    [InlineData(LockAction.Acquire, LockKind.Spin, Context.PseudoNmi, Context.PseudoNmi, true)]
    [InlineData(LockAction.Take, LockKind.Mutex, Context.None, Context.PseudoNmi, true)]
    [InlineData(LockAction.TryAcquire, LockKind.RawSpin, Context.Task, Context.PseudoNmi, false)]
    [InlineData(LockAction.TryAcquire, LockKind.Spin, Context.Task, Context.PseudoNmi, false)]
    [InlineData(LockAction.Release, LockKind.Spin, Context.Task, Context.PseudoNmi, false)]
    [InlineData(LockAction.Acquire, LockKind.Spin, Context.Task, Context.HardIrq, false)]
    [InlineData(LockAction.Acquire, LockKind.RawSpin, Context.Task, Context.SoftIrq, false)]
    public void A_lock_is_waited_for_in_an_NMI(LockAction action, LockKind kind, Context usedIn, Context context, bool broken)
    {
        var operation = new OperationContract { Locks = [new LockEffect(action, "this")] };
        var lockClass = new LockClass("F:Uart.port_lock", kind, usedIn);
        string[] laws = [.. Legality.Judge(operation, In(context), _ => null, _ => lockClass).Select(breach => breach.Law)];
        Assert.Equal(broken ? [LawIds.NmiBlockingLock] : [], laws);
    }

    [Fact]
    public void A_lock_of_unknown_class_is_no_breach()
    {
        var operation = new OperationContract { Locks = [new LockEffect(LockAction.Acquire, "this")] };
        Assert.Empty(Laws(operation, In(Context.PseudoNmi)));
    }

    // The promise is checked in the body, not again at each call.
    [Theory]
    [MemberData(nameof(EachNmi))]
    public void A_call_that_is_declared_NmiSafe_is_not_judged_at_its_callers(Context nmi)
    {
        var operation = new OperationContract { NmiSafe = true, MayAllocate = true, Locks = [new LockEffect(LockAction.Take, "console_lock")] };
        Assert.Empty(Legality.Judge(operation, In(nmi), _ => null, _ => new LockClass("console_lock", LockKind.Spin, Context.Task)));
    }

    private static Situation In(Context context) => Situation.AtEntry(context, Section.None);

    private static string[] Laws(OperationContract operation, Situation situation) =>
        [.. Legality.Judge(operation, situation, _ => null, _ => null).Select(breach => breach.Law)];
}
