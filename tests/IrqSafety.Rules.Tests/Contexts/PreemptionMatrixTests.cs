using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using Xunit;

namespace IrqSafety.Rules.Tests;

/// <summary>
/// The matrix against statements of its sources, written down here a second time and in another form: sentences about contexts instead of
/// rows of letters.
/// </summary>
public class PreemptionMatrixTests
{
    private const Context AnyInterruptRequest = Context.HardIrq | Context.Fiq | Context.PseudoNmi | Context.Nmi;
    private const Context AnySdei = Context.SdeiNormal | Context.SdeiCritical;

    public static TheoryData<Context> EachContext => [.. Contexts.All];

    [Theory]
    [MemberData(nameof(EachContext))]
    public void A_task_interrupts_nothing(Context other) => Assert.False(PreemptionMatrix.MayPreempt(Context.Task, other));

    [Theory]
    [MemberData(nameof(EachContext))]
    public void Everything_but_a_task_interrupts_a_task(Context other) =>
        Assert.Equal(other != Context.Task, PreemptionMatrix.MayPreempt(other, Context.Task));

    // Linux irq_exit(): softirqs run on the way out of the outermost interrupt, and in_interrupt() keeps them from nesting.
    [Fact]
    public void A_softirq_interrupts_tasks_only() => Assert.Equal(Context.Task, InterruptedBy(Context.SoftIrq));

    // Linux arch/arm64/kernel/entry-common.c: handlers of ordinary interrupts run with them masked, and all have one priority.
    [Theory]
    [InlineData(Context.HardIrq)]
    [InlineData(Context.Fiq)]
    public void An_ordinary_interrupt_interrupts_tasks_and_softirqs_only(Context arriving) =>
        Assert.Equal(Context.Task | Context.SoftIrq, InterruptedBy(arriving));

    // Linux drivers/irqchip/irq-gic-v3.c: the driver unmasks DAIF.I with PMR at IRQOFF before an ordinary handler runs, so that NMIs still
    // arrive; an NMI's own handler runs with DAIF.I set.
    [Fact]
    public void A_pseudo_nmi_interrupts_ordinary_interrupts_but_not_another_pseudo_nmi() =>
        Assert.Equal(Context.Task | Context.SoftIrq | Context.HardIrq | Context.Fiq, InterruptedBy(Context.PseudoNmi));

    // Arm DEN0054, section on event priority; TF-A services/std_svc/sdei: MAX_EVENT_NESTING is 2.
    [Fact]
    public void A_critical_event_interrupts_a_normal_one_and_not_the_reverse()
    {
        Assert.True(PreemptionMatrix.MayPreempt(Context.SdeiCritical, Context.SdeiNormal));
        Assert.False(PreemptionMatrix.MayPreempt(Context.SdeiNormal, Context.SdeiCritical));
        Assert.False(PreemptionMatrix.MayPreempt(Context.SdeiNormal, Context.SdeiNormal));
        Assert.False(PreemptionMatrix.MayPreempt(Context.SdeiCritical, Context.SdeiCritical));
    }

    // Arm DEN0054: events are delivered whatever PSTATE.DAIF and the Non-secure PMR say.
    [Fact]
    public void Sdei_interrupts_every_context_of_the_operating_system_whatever_is_masked()
    {
        const Mask Everything = Mask.Preemption | Mask.SoftIrq | Mask.Irq | Mask.Daif;
        foreach (Context interrupted in (Context.Any & ~AnySdei).Each())
        {
            Assert.True(PreemptionMatrix.MayPreempt(Context.SdeiNormal, interrupted, Everything), interrupted.ToString());
            Assert.True(PreemptionMatrix.MayPreempt(Context.SdeiCritical, interrupted, Everything), interrupted.ToString());
        }
    }

    // An SDEI handler is entered with PSTATE.{D,A,I,F} set (DEN0054): neither interrupts nor SErrors arrive in it.
    [Fact]
    public void No_interrupt_and_no_SError_arrives_in_an_Sdei_handler() =>
        Assert.False(PreemptionMatrix.MayPreempt(AnyInterruptRequest | Context.SError | Context.SoftIrq, AnySdei));

    // Nothing masks a synchronous exception, and Linux handles external aborts taken in an SError handler (drivers/acpi/apei/ghes.c).
    [Fact]
    public void Synchronous_exceptions_occur_everywhere() => Assert.Equal(Context.Any, InterruptedBy(Context.SyncException));

    // arch/arm64/include/asm/daifflags.h: DAIF_ERRCTX keeps A, I and F set while an SError is handled.
    [Fact]
    public void An_SError_does_not_interrupt_an_SError() => Assert.False(PreemptionMatrix.MayPreempt(Context.SError, Context.SError));

    // The statement the design of per-source locks in APEI rests on: either may arrive in the other, so one lock for both deadlocks.
    [Fact]
    public void The_matrix_is_not_an_order()
    {
        Assert.True(PreemptionMatrix.MayPreempt(Context.SError, Context.SyncException));
        Assert.True(PreemptionMatrix.MayPreempt(Context.SyncException, Context.SError));
    }

    [Theory]
    [InlineData(Context.HardIrq, Mask.Irq, false)]
    [InlineData(Context.HardIrq, Mask.Daif, false)]
    [InlineData(Context.HardIrq, Mask.SoftIrq | Mask.Preemption, true)]
    [InlineData(Context.SoftIrq, Mask.SoftIrq, false)]
    [InlineData(Context.SoftIrq, Mask.Irq, false)]
    [InlineData(Context.SoftIrq, Mask.Preemption, true)]
    [InlineData(Context.PseudoNmi, Mask.Irq, true)]
    [InlineData(Context.PseudoNmi, Mask.Daif, false)]
    public void A_mask_holds_off_what_it_names(Context arriving, Mask masked, bool arrives) =>
        Assert.Equal(arrives, PreemptionMatrix.MayPreempt(arriving, Context.Task, masked));

    [Fact]
    public void A_set_may_preempt_when_one_member_may()
    {
        Assert.True(PreemptionMatrix.MayPreempt(Context.HardIrq | Context.PseudoNmi, Context.HardIrq));
        Assert.True(PreemptionMatrix.MayPreempt(Context.HardIrq, Context.PseudoNmi | Context.Task));
        Assert.False(PreemptionMatrix.MayPreempt(Context.HardIrq | Context.SoftIrq, Context.PseudoNmi));
    }

    // More masked never lets more arrive, whatever the pair.
    [Fact]
    public void Masking_is_monotone()
    {
        Mask[] masks = [.. Enumerable.Range(0, 16).Select(bits => (Mask)bits)];
        IEnumerable<(Context Arriving, Context Interrupted, Mask Less, Mask More)> cases =
            from arriving in Contexts.All
            from interrupted in Contexts.All
            from less in masks
            from more in masks
            where (less & more) == less
            select (arriving, interrupted, less, more);
        Assert.All(cases, c => Assert.True(
            !PreemptionMatrix.MayPreempt(c.Arriving, c.Interrupted, c.More) || PreemptionMatrix.MayPreempt(c.Arriving, c.Interrupted, c.Less)));
    }

    private static Context InterruptedBy(Context arriving) => Contexts.All
        .Where(interrupted => PreemptionMatrix.MayPreempt(arriving, interrupted))
        .Aggregate(Context.None, (set, context) => set | context);
}
