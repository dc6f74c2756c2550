using System;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>What the CPU interface signals, and what acknowledge and end do to the state.</summary>
public static class SignallingChecks
{
    private static readonly IntId s_sgi = IntId.Sgi(1);
    private static readonly IntId s_other = IntId.Sgi(2);
    private static readonly IntId s_ppi = IntId.Ppi(5);

    [Checks("Q01")]
    public static void Nothing_pending_or_its_group_disabled_is_not_signalled() => By(Mode0, static () =>
    {
        Assert.False(Interface.Signals);
        Pend(s_sgi, 0x80, InterruptGroup.Group0);
        Assert.False(Interface.SignalsFiq);
        Interface.Group0Enabled = true;
        Assert.True(Interface.SignalsFiq);
        Assert.False(Interface.Signals);
    });

    [Checks("Q02")]
    public static void PMR_masks_its_own_priority() => By(Mode0, static () =>
    {
        Pend(s_sgi, 0xa0);
        Interface.Pmr = new Pmr(0xa0);
        Assert.False(Interface.Signals);
        Interface.Pmr = new Pmr(0x98);
        Assert.False(Interface.Signals);
        Interface.Pmr = new Pmr(0xa8);
        Assert.True(Interface.Signals);
    });

    [Checks("Q06")]
    public static void With_nothing_active_what_PMR_passes_is_signalled() => By(Mode0, static () =>
    {
        Assert.Equal(Priority.Idle, Interface.RunningPriority);
        Pend(s_sgi, 0xf0);
        Assert.True(Interface.Signals);
    });

    [Checks("Q07")]
    public static void Only_a_more_urgent_group_priority_preempts() => By(Mode0, static () =>
    {
        Interface.BinaryPoint.Group1 = 5;
        Pend(s_sgi, 0x98);
        Assert.Equal(s_sgi, Interface.Acknowledge());
        Pend(s_other, 0x88);
        Assert.False(Interface.Signals);
        Enable(s_other, new Priority(0x78));
        Assert.True(Interface.Signals);
    });

    [Checks("Q10")]
    public static void The_binary_point_of_group_0_clears_its_own_bit_too() => By(Mode0, static () =>
    {
        for (int b = 2; b <= 7; b++)
        {
            Interface.BinaryPoint.Group0 = b;
            Assert.Equal((byte)(0xff << (b + 1)), Mask(InterruptGroup.Group0));
        }
    });

    [Checks("Q11")]
    public static void The_binary_point_of_group_1_keeps_its_own_bit() => By(Mode0, static () =>
    {
        for (int b = 3; b <= 7; b++)
        {
            Interface.BinaryPoint.Group1 = b;
            Assert.Equal((byte)(0xff << b), Mask(InterruptGroup.Group1));
        }
    });

    [Checks("Q12")]
    public static void CBPR_makes_group_1_use_the_binary_point_of_group_0() => By(Mode0, static () =>
    {
        Interface.BinaryPoint.Group0 = 5;
        Interface.BinaryPoint.Group1 = 3;
        Assert.Equal(0xf8, Mask(InterruptGroup.Group1));
        Interface.BinaryPoint.Common = true;
        Assert.Equal(Mask(InterruptGroup.Group0), Mask(InterruptGroup.Group1));
        Assert.Equal(0xc0, Mask(InterruptGroup.Group1));
    });

    [Checks("Q16")]
    public static void Acknowledge_moves_pending_to_active_and_sets_the_active_priority() => By(Mode1, static () =>
    {
        Pend(s_sgi, 0x80);
        Assert.Equal(s_sgi, Interface.Acknowledge());
        Assert.Equal((false, true), (State(s_sgi).Pending, State(s_sgi).Active));
        Assert.Equal(1u << 16, Interface.ActivePriorities1);
        State(s_ppi).Trigger = Trigger.Level;
        Enable(s_ppi, new Priority(0x40));
        Controller.Assert(s_ppi, Cpu0);
        Assert.Equal(s_ppi, Interface.Acknowledge());
        Assert.Equal((true, true), (State(s_ppi).Pending, State(s_ppi).Active));
        Controller.Deassert(s_ppi, Cpu0);
        Assert.Equal((false, true), (State(s_ppi).Pending, State(s_ppi).Active));
    });

    [Checks("Q17")]
    public static void An_end_out_of_order_is_diagnosed() => Assert.Throws<MachineBugException>(() => By(Mode1, static () =>
    {
        Pend(s_sgi, 0x80);
        Interface.Acknowledge();
        Pend(s_other, 0x40);
        Interface.Acknowledge();
        Interface.EndOfInterrupt(s_sgi);
    }));

    [Checks("Q18")]
    public static void The_end_of_a_special_INTID_is_ignored() => By(Mode0, static () =>
    {
        Pend(s_sgi, 0x80);
        Interface.Acknowledge();
        for (int special = 1020; special <= 1023; special++)
        {
            Interface.EndOfInterrupt(new IntId(special));
        }

        Assert.Equal(new Priority(0x80), Interface.RunningPriority);
        Assert.True(State(s_sgi).Active);
    });

    [Checks("Q19")]
    public static void In_mode_1_EOI_drops_the_priority_only() => By(Mode1, static () =>
    {
        Pend(s_sgi, 0x80);
        Interface.Acknowledge();
        Pend(s_other, 0xa0);
        Assert.False(Interface.Signals);
        Interface.EndOfInterrupt(s_sgi);
        Assert.True(State(s_sgi).Active);
        Assert.Equal(s_other, Interface.Acknowledge());
        Interface.Deactivate(s_sgi);
        Assert.False(State(s_sgi).Active);
    });

    [Checks("Q20")]
    public static void DIR_in_mode_0_is_diagnosed() => Assert.Throws<MachineBugException>(() => By(Mode0, static () =>
    {
        Pend(s_sgi, 0x80);
        Interface.Acknowledge();
        Interface.Deactivate(s_sgi);
    }));

    private static void Pend(IntId irq, byte priority, InterruptGroup group = InterruptGroup.Group1)
    {
        Enable(irq, new Priority(priority), group);
        Controller.SetPending(irq, Cpu0, pending: true);
    }

    private static byte Mask(InterruptGroup group) => Interface.BinaryPoint.GroupPriority(new Priority(0xff), group).Value;
}
