using System;
using System.Collections.Generic;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>The registers of the GIC; Arm IHI 0069.</summary>
public sealed class GicTests
{
    private static readonly IntId s_sgi = IntId.Sgi(1);
    private static readonly IntId s_ppi = IntId.Ppi(11);
    private static readonly IntId s_spi = IntId.Spi(5);

    private static InterruptState State(IntId irq) => Machine.Current.Gic.StateOf(irq, Cpu0);

    private static CpuInterface Interface => ThisCpu.Interface;

    private static void Enable(IntId irq, Priority priority)
    {
        State(irq).Enabled = true;
        Gic gic = Machine.Current.Gic;
        gic.WritePriority(irq, Cpu0, gic.Programmed(priority));
    }

    private static void With(MachineProfile profile, Action body) => PlainExecution.Run(profile, 2, body);

    [Theory]
    [InlineData(0, true, false, false, false)]
    [InlineData(15, true, false, false, false)]
    [InlineData(16, false, true, false, false)]
    [InlineData(31, false, true, false, false)]
    [InlineData(32, false, false, true, false)]
    [InlineData(1019, false, false, true, false)]
    [InlineData(1020, false, false, false, true)]
    [InlineData(1023, false, false, false, true)]
    [InlineData(8192, false, false, false, false)]
    public void The_ranges_of_INTIDs(int value, bool sgi, bool ppi, bool spi, bool special)
    {
        var irq = new IntId(value);
        Assert.Equal((sgi, ppi, spi, special), (irq.IsSgi, irq.IsPpi, irq.IsSpi, irq.IsSpecial));
    }

    [Fact]
    public void Mode_1_drops_with_EOIR_and_deactivates_with_DIR() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Enable(s_sgi, Priority.Irq);
        Machine.Current.Gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Assert.Equal((true, false), (State(s_sgi).Pending, State(s_sgi).Active));
        Assert.Equal(s_sgi, Interface.Acknowledge());
        Assert.Equal((false, true), (State(s_sgi).Pending, State(s_sgi).Active));
        Assert.Equal(Priority.Irq, Interface.RunningPriority);
        Interface.EndOfInterrupt(s_sgi);
        Assert.Equal(Priority.Idle, Interface.RunningPriority);
        Assert.True(State(s_sgi).Active);
        Interface.Deactivate(s_sgi);
        Assert.False(State(s_sgi).Active);
    });

    [Fact]
    public void Mode_0_drops_and_deactivates_with_EOIR_and_has_no_DIR()
    {
        With(MachineProfile.GicV3PseudoNmiGuest, () =>
        {
            Enable(s_sgi, Priority.Irq);
            Machine.Current.Gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
            Interface.Acknowledge();
            Interface.EndOfInterrupt(s_sgi);
            Assert.False(State(s_sgi).Active);
        });
        Assert.Throws<MachineBugException>(() => With(MachineProfile.GicV3PseudoNmiGuest, () => Interface.Deactivate(s_sgi)));
    }

    [Fact]
    public void An_edge_is_latched_once_and_again_while_active() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Gic gic = Machine.Current.Gic;
        Enable(s_sgi, Priority.Irq);
        gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Interface.Acknowledge();
        Assert.False(State(s_sgi).Pending);
        gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Assert.Equal((true, true), (State(s_sgi).Pending, State(s_sgi).Active));
        Assert.Equal(IntId.Spurious, Interface.HighestPending);
        Interface.EndOfInterrupt(s_sgi);
        Interface.Deactivate(s_sgi);
        Assert.Equal(s_sgi, Interface.HighestPending);
    });

    [Fact]
    public void A_level_line_stays_pending_while_it_is_high_and_is_withdrawn_when_it_falls() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Gic gic = Machine.Current.Gic;
        Enable(s_ppi, Priority.Irq);
        gic.Assert(s_ppi, Cpu0);
        Assert.True(Interface.Signals);
        gic.Deassert(s_ppi, Cpu0);
        Assert.False(Interface.Signals);
        Assert.Equal(IntId.Spurious, Interface.Acknowledge());
        gic.Assert(s_ppi, Cpu0);
        Interface.Acknowledge();
        Assert.Equal((true, true), (State(s_ppi).Pending, State(s_ppi).Active));
    });

    [Fact]
    public void The_most_urgent_wins_and_of_equals_the_lowest_INTID() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Gic gic = Machine.Current.Gic;
        foreach (IntId irq in new List<IntId> { s_spi, s_ppi, s_sgi })
        {
            Enable(irq, Priority.Irq);
            gic.SetPending(irq, Cpu0, pending: true);
        }

        Assert.Equal(s_sgi, Interface.HighestPending);
        Enable(s_spi, Priority.Nmi);
        Assert.Equal(s_spi, Interface.HighestPending);
        State(s_spi).Enabled = false;
        Assert.Equal(s_sgi, Interface.HighestPending);
    });

    [Fact]
    public void PMR_and_the_running_priority_hold_back_what_is_not_more_urgent() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Gic gic = Machine.Current.Gic;
        LocalDaif.Mask();
        Enable(s_sgi, Priority.Nmi);
        Enable(IntId.Sgi(2), Priority.Nmi);
        Enable(s_ppi, Priority.Irq);
        gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Interface.Acknowledge();
        gic.SendSgi(IntId.Sgi(2), CpuMask.Of(Cpu0));
        Assert.False(Interface.Signals);
        Assert.Equal(IntId.Sgi(2), Interface.HighestPending);
        Assert.Equal(IntId.Spurious, Interface.Acknowledge());
        Interface.EndOfInterrupt(s_sgi);
        Assert.True(Interface.Signals);
    });

    [Fact]
    public void End_of_interrupt_out_of_order_is_a_bug() => Assert.Throws<MachineBugException>(() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        LocalDaif.Mask();
        Enable(s_ppi, Priority.Irq);
        Enable(s_sgi, Priority.Nmi);
        Machine.Current.Gic.Assert(s_ppi, Cpu0);
        Interface.Acknowledge();
        Machine.Current.Gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Interface.Acknowledge();
        Interface.EndOfInterrupt(s_ppi);
    }));

    [Fact]
    public void End_of_interrupt_of_a_special_INTID_is_ignored() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Enable(s_sgi, Priority.Nmi);
        LocalDaif.Mask();
        Machine.Current.Gic.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Interface.Acknowledge();
        Interface.EndOfInterrupt(IntId.Spurious);
        Assert.Equal(Priority.Nmi, Interface.RunningPriority);
    });

    [Fact]
    public void With_the_shifted_view_the_driver_writes_shifted_priorities_and_the_comparison_is_the_same() =>
        With(MachineProfile.GicV3PseudoNmiShifted, () =>
        {
            Gic gic = Machine.Current.Gic;
            Assert.Equal(new Priority(0x00), gic.Programmed(Priority.Nmi));
            Assert.Equal(new Priority(0x80), gic.Programmed(Priority.Irq));
            Enable(s_sgi, Priority.Nmi);
            Enable(s_ppi, Priority.Irq);
            Assert.Equal(Priority.Nmi, State(s_sgi).Priority);
            Assert.Equal(Priority.Irq, State(s_ppi).Priority);
        });

    [Theory]
    [InlineData(0x80)]
    [InlineData(0xc0)]
    [InlineData(0xe0)]
    [InlineData(0xf0)]
    public void The_kernel_s_priorities_survive_the_conversion(byte value) =>
        Assert.Equal(new Priority(value), new Priority(value).ToNonSecureView().FromNonSecureView());

    [Fact]
    public void A_shared_interrupt_goes_to_its_target_only() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Enable(s_spi, Priority.Irq);
        State(s_spi).Target = Cpu1;
        LocalDaif.Mask();
        Machine.Current.Gic.Assert(s_spi, Cpu0);
        Assert.False(Interface.Signals);
        Assert.True(Machine.Current.Cpus[1].Interface.Signals);
        Machine.Current.Gic.Deassert(s_spi, Cpu0);
    });

    [Fact]
    public void A_level_line_that_nobody_quiets_is_a_storm() => Assert.Throws<MachineBugException>(() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_spi, _ => IrqReturn.Handled, IrqRequestFlags.None, "storm"));
        Machine.Current.Gic.Assert(s_spi, Cpu0);
    }));

    [Fact]
    public void A_withdrawn_interrupt_is_taken_as_spurious_and_changes_nothing() => With(MachineProfile.GicV3PseudoNmi, () =>
    {
        Cpu cpu = ThisCpu;
        cpu.TakeInterrupt();
        Assert.Equal(Priority.Idle, Interface.RunningPriority);
        Assert.Equal((Pmr.IrqOn, Daif.Process), (cpu.State.Pmr, cpu.State.Daif));
        Assert.True(cpu.Preemptible);
    });

    [Fact]
    public void An_IRQ_that_is_pending_when_an_NMI_is_taken_with_interrupts_off_stays_pending() => Run(() =>
    {
        var order = new List<string>();
        Install(IntId.Sgi(1), _ => { order.Add("irq"); return IrqReturn.Handled; }, nmi: false);
        Install(IntId.Sgi(2), _ => { order.Add("nmi"); return IrqReturn.Handled; }, nmi: true);
        LocalIrq.Disable();
        Gic gic = Machine.Current.Gic;
        gic.SendSgi(IntId.Sgi(1), CpuMask.Of(Cpu0));
        gic.SendSgi(IntId.Sgi(2), CpuMask.Of(Cpu0));
        Processor.Relax();
        Assert.Equal(["nmi"], order);
        LocalIrq.Enable();
        Processor.Relax();
        Assert.Equal(["nmi", "irq"], order);
    });

    [Theory]
    [InlineData("gicv3-pnmi")]
    [InlineData("gicv3-pnmi-eoi0")]
    [InlineData("gicv3-pnmi-fiq0")]
    public void An_NMI_interrupts_an_IRQ_handler_in_every_profile_with_priority_masking(string profile) => With(MachineProfile.Find(profile)!, () =>
    {
        var order = new List<string>();
        Install(IntId.Sgi(2), _ => { order.Add("nmi"); return IrqReturn.Handled; }, nmi: true);
        Install(
            IntId.Sgi(1),
            _ =>
            {
                order.Add("irq begins");
                Raise(IntId.Sgi(2));
                order.Add("irq ends");
                return IrqReturn.Handled;
            },
            nmi: false);
        Machine.Current.Gic.SendSgi(IntId.Sgi(1), CpuMask.Of(Cpu0));
        LocalIrq.IrqsDisabled();
        Assert.Equal(["irq begins", "nmi", "irq ends"], order);
    });

    [Fact]
    public void DAIF_keeps_an_NMI_out() => Run(() =>
    {
        bool ran = false;
        Install(IntId.Sgi(2), _ => { ran = true; return IrqReturn.Handled; }, nmi: true);
        DaifFlags flags = LocalDaif.Save();
        Raise(IntId.Sgi(2));
        Assert.False(ran);
        LocalDaif.Restore(flags);
        Processor.Relax();
        Assert.True(ran);
    });
}
