using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>The state machine of PMR and DAIF; states S0 to S3 as in the kernel's <c>daifflags.h</c> and <c>irqflags.h</c>.</summary>
public sealed class MaskTests
{
    private static (Pmr Pmr, Daif Daif) Registers => (ThisCpu.State.Pmr, ThisCpu.State.Daif);

    private static (Pmr Pmr, Daif Daif) Unmasked => (Pmr.IrqOn, Daif.Process);

    private static (Pmr Pmr, Daif Daif) IrqOff => (Pmr.IrqOff, Daif.Process);

    private static (Pmr Pmr, Daif Daif) AllMasked => (Pmr.IrqOnPsrISet, Daif.All);

    [Fact]
    public void The_priorities_let_NMIs_through_where_IRQs_are_off()
    {
        Assert.True(Pmr.IrqOn.Passes(Priority.Irq));
        Assert.True(Pmr.IrqOn.Passes(Priority.Nmi));
        Assert.False(Pmr.IrqOff.Passes(Priority.Irq));
        Assert.True(Pmr.IrqOff.Passes(Priority.Nmi));
        Assert.False(new Pmr(0x80).Passes(Priority.Nmi));
        Assert.Equal(0xf0, Pmr.IrqOnPsrISet.Value);
    }

    [Fact]
    public void Disable_and_enable_write_PMR_only() => Run(() =>
    {
        Assert.Equal(Unmasked, Registers);
        LocalIrq.Disable();
        Assert.Equal(IrqOff, Registers);
        Assert.True(LocalIrq.IrqsDisabled());
        LocalIrq.Enable();
        Assert.Equal(Unmasked, Registers);
        Assert.False(LocalIrq.IrqsDisabled());
    });

    [Fact]
    public void Save_leaves_what_is_masked_and_restore_puts_it_back() => Run(() =>
    {
        IrqFlags outer = LocalIrq.Save();
        IrqFlags inner = LocalIrq.Save();
        Assert.Equal(IrqOff, Registers);
        LocalIrq.Restore(inner);
        Assert.Equal(IrqOff, Registers);
        LocalIrq.Restore(outer);
        Assert.Equal(Unmasked, Registers);
    });

    [Fact]
    public void Save_inside_a_DAIF_masked_region_leaves_PSR_I_SET() => Run(() =>
    {
        LocalDaif.Mask();
        IrqFlags flags = LocalIrq.Save();
        Assert.Equal(AllMasked, Registers);
        LocalIrq.Restore(flags);
        Assert.Equal(AllMasked, Registers);
    });

    [Fact]
    public void Daif_save_shows_a_PMR_mask_as_I_and_F_and_restore_goes_back_to_it() => Run(() =>
    {
        LocalIrq.Disable();
        DaifFlags flags = LocalDaif.Save();
        Assert.Equal("daIF", flags.ToString());
        Assert.Equal(AllMasked, Registers);
        LocalDaif.Restore(flags);
        Assert.Equal(IrqOff, Registers);
    });

    [Fact]
    public void Daif_restore_to_process_context_unmasks_PMR_too() => Run(() =>
    {
        LocalDaif.Mask();
        LocalDaif.Restore(DaifFlags.Process);
        Assert.Equal(Unmasked, Registers);
    });

    [Fact]
    public void Daif_restore_with_I_and_without_A_makes_NMIs_deliverable() => Run(() =>
    {
        LocalDaif.Mask();
        LocalDaif.Restore(DaifFlags.ProcessNoIrq);
        Assert.Equal(IrqOff, Registers);
    });

    [Fact]
    public void Daif_restore_with_I_and_A_keeps_NMIs_out() => Run(() =>
    {
        LocalDaif.Mask();
        LocalDaif.Restore(DaifFlags.Error);
        Assert.Equal((Pmr.IrqOnPsrISet, Daif.Error), Registers);
    });

    [Fact]
    public void Daif_restore_without_a_mask_before_it_is_reported() =>
        Assert.Equal([(LawIds.ContextLegal, "LocalDaif.Restore")], Breaches(() => LocalDaif.Restore(DaifFlags.Process)));

    [Fact]
    public void Local_irq_enable_where_DAIF_is_the_real_mask_is_reported() =>
        Assert.Equal([(LawIds.ContextLegal, "LocalIrq.Enable")], Breaches(() =>
        {
            LocalDaif.Mask();
            LocalIrq.Enable();
        }));

    [Fact]
    public void Local_irq_enable_in_an_NMI_is_reported() =>
        Assert.Contains((LawIds.NmiUnsafeCall, "LocalIrq.Enable"), Breaches(() => InHandler(nmi: true, LocalIrq.Enable)));

    [Fact]
    public void Without_priority_masking_DAIF_masks() => PlainExecution.Run(MachineProfile.GicV3Irq, 1, () =>
    {
        Assert.Equal((Pmr.Default, Daif.Process), Registers);
        IrqFlags flags = LocalIrq.Save();
        Assert.Equal((Pmr.Default, Daif.ProcessNoIrq), Registers);
        Assert.True(LocalIrq.IrqsDisabled());
        LocalIrq.Restore(flags);
        Assert.Equal((Pmr.Default, Daif.Process), Registers);
        LocalDaif.Mask();
        Assert.Equal((Pmr.Default, Daif.All), Registers);
    });

    [Fact]
    public void An_interrupt_handler_runs_with_PMR_off_and_DAIF_open_so_that_NMIs_nest() => Run(() =>
    {
        InHandler(nmi: false, () =>
        {
            Assert.Equal(IrqOff, Registers);
            Assert.True(Processor.InHardIrq);
            Assert.False(Processor.InNmi);
            InHandlerNested();
        });
        Assert.Equal(Unmasked, Registers);

        static void InHandlerNested()
        {
            LocalDaif.Mask();
            LocalDaif.Restore(DaifFlags.ProcessNoIrq);
            Assert.Equal(IrqOff, Registers);
        }
    });

    [Fact]
    public void An_NMI_handler_runs_with_I_and_F_set_and_PSR_I_SET() => Run(() =>
    {
        InHandler(nmi: true, () =>
        {
            Assert.Equal((Pmr.IrqOnPsrISet, Daif.ProcessNoIrq), Registers);
            Assert.True(Processor.InNmi);
            Assert.True(Processor.InHardIrq);
            Assert.Equal(Context.PseudoNmi, ThisCpu.Context);
        });
        Assert.True(Processor.Preemptible);
    });

    [Fact]
    public void Inherit_takes_over_the_masks_of_the_interrupted_code() => Run(() =>
    {
        Install(IntId.Sgi(3), _ => { LocalDaif.Inherit(); Assert.Equal(IrqOff, Registers); return IrqReturn.Handled; }, nmi: true);
        LocalIrq.Disable();
        Raise(IntId.Sgi(3));
        Assert.Equal(IrqOff, Registers);
    });

    [Theory]
    [InlineData("unmasked", Mask.None)]
    [InlineData("preempt", Mask.Preemption)]
    [InlineData("irq", Mask.Preemption | Mask.SoftIrq | Mask.Irq)]
    [InlineData("daif", Mask.Preemption | Mask.SoftIrq | Mask.Irq | Mask.Daif)]
    public void Masked_and_unmasked_are_complementary(string state, Mask expected) => Run(() =>
    {
        switch (state)
        {
            case "preempt":
                Preemption.Disable();
                break;
            case "irq":
                LocalIrq.Disable();
                break;
            case "daif":
                LocalDaif.Mask();
                break;
        }

        Situation situation = ThisCpu.Situation;
        Assert.Equal(expected, situation.Masked);
        Assert.Equal((Mask.Preemption | Mask.SoftIrq | Mask.Irq | Mask.Daif | Mask.Nmi) & ~expected, situation.Unmasked);
        Assert.Equal(Context.Task, situation.Contexts);
    });

    [Fact]
    public void Preemption_nests_and_its_guard_ends_once() => Run(() =>
    {
        Preemption.Disable();
        using (Preemption.Off())
        {
            Assert.Equal(Cpu0, Preemption.GetCpu());
            Assert.Equal(3, ThisCpu.State.PreemptCount.Preempt);
            Preemption.PutCpu();
        }

        Assert.False(Processor.Preemptible);
        Preemption.Enable();
        Assert.True(Processor.Preemptible);
    });

    [Fact]
    public void More_enables_than_disables_are_a_bug() =>
        Assert.Throws<MachineBugException>(() => Run(Preemption.Enable));

    [Fact]
    public void The_processor_id_needs_preemption_off() =>
        Assert.Equal([(LawIds.ContextLegal, "Processor.Id")], Breaches(() => { _ = Processor.RawId; _ = Processor.Id; }));

    [Fact]
    public void Waiting_for_an_interrupt_lets_what_PMR_masks_wake_the_CPU_and_takes_it_afterwards() => Run(() =>
    {
        bool handled = false;
        Install(IntId.Sgi(4), _ => { handled = true; return IrqReturn.Handled; }, nmi: false);
        LocalIrq.Disable();
        Machine.Current.Gic.SendSgi(IntId.Sgi(4), CpuMask.Of(Cpu0));
        Processor.WaitForInterrupt();
        Assert.False(handled);
        Assert.Equal(IrqOff, Registers);
        LocalIrq.Enable();
        Processor.Relax();
        Assert.True(handled);
    });

    [Fact]
    public void Pan_is_set_on_entry_and_restored_on_return() => Run(() =>
    {
        Pan.Clear();
        bool inHandler = false;
        InHandler(nmi: false, () => inHandler = Pan.IsSet());
        Assert.True(inHandler);
        Assert.False(Pan.IsSet());
    });
}
