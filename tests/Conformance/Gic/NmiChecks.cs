using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>Interrupts with superpriority (FEAT_GICv3_NMI).</summary>
public static class NmiChecks
{
    private static readonly IntId s_nmi = IntId.Sgi(1);
    private static readonly IntId s_otherNmi = IntId.Sgi(2);
    private static readonly IntId s_irq = IntId.Sgi(3);

    private static readonly MachineProfile s_oneState = MachineProfile.GicV3Nmi with { SecurityDisabled = true, EoiMode = EoiMode.DropAndDeactivate };

    // SCR_EL3.FIQ = 0: what the kernel writes to PMR is what is compared.
    private static readonly MachineProfile s_twoStates = MachineProfile.GicV3Nmi with { ScrEl3Fiq = false, EoiMode = EoiMode.DropAndDeactivate };

    [Checks("Q03")]
    public static void An_NMI_ignores_PMR()
    {
        By(s_oneState, static () =>
        {
            Interface.Pmr = new Pmr(0);
            Pend(s_irq, nmi: false);
            Assert.Equal(InterruptSignal.None, Interface.Signal);
            Pend(s_nmi, nmi: true);
            Assert.Equal(InterruptSignal.NmiIrq, Interface.Signal);
        });
        By(s_twoStates, static () =>
        {
            Interface.Pmr = new Pmr(0);
            Interface.SecureGroup1Enabled = true;
            Pend(s_nmi, nmi: true, InterruptGroup.SecureGroup1);
            Assert.Equal(InterruptSignal.NmiFiq, Interface.Signal);
        });
    }

    [Checks("Q04")]
    public static void Secure_software_masks_every_Non_secure_NMI_with_PMR() => By(s_twoStates, static () =>
    {
        Pend(s_nmi, nmi: true);
        Interface.Pmr = new Pmr(0x78);
        Assert.Equal(InterruptSignal.None, Interface.Signal);
        Interface.Pmr = new Pmr(0x80);
        Assert.Equal(InterruptSignal.NmiIrq, Interface.Signal);
    });

    [Checks("Q05")]
    public static void In_Secure_state_0x80_masks_them_too() => By(s_twoStates, static () =>
    {
        Pend(s_nmi, nmi: true);
        Interface.IsSecure = true;
        Interface.Pmr = new Pmr(0x80);
        Assert.Equal(InterruptSignal.None, Interface.Signal);
        Interface.Pmr = new Pmr(0x88);
        Assert.Equal(InterruptSignal.NmiFiq, Interface.Signal);
    });

    [Checks("Q08")]
    [Checks("Q09")]
    public static void An_NMI_preempts_what_is_equally_urgent_unless_that_is_one() => By(s_oneState, static () =>
    {
        Pend(s_irq, nmi: false, priority: 0);
        Assert.Equal(s_irq, Interface.Acknowledge());
        Assert.Equal(new Priority(0), Interface.RunningPriority);
        Pend(s_nmi, nmi: true);
        Assert.Equal(InterruptSignal.NmiIrq, Interface.Signal);
        Assert.Equal(s_nmi, Interface.AcknowledgeNmi());
        Pend(s_otherNmi, nmi: true);
        Assert.Equal(InterruptSignal.None, Interface.Signal);
        Interface.EndOfInterrupt(s_nmi);
        Assert.Equal(InterruptSignal.NmiIrq, Interface.Signal);
    });

    [Checks("Q13")]
    public static void The_running_priority_of_an_NMI_is_the_highest_of_its_security_state()
    {
        By(s_oneState, static () => Running(InterruptGroup.Group1, new Priority(0)));
        By(s_twoStates, static () => Running(InterruptGroup.Group1, new Priority(0x80)));
        By(s_twoStates, static () =>
        {
            Interface.IsSecure = true;
            Interface.SecureGroup1Enabled = true;
            Running(InterruptGroup.SecureGroup1, new Priority(0));
        });
    }

    [Checks("Q14")]
    public static void IAR1_announces_an_NMI_and_NMIAR1_acknowledges_it() => By(s_oneState, static () =>
    {
        Pend(s_nmi, nmi: true);
        Assert.Equal(IntId.NmiPending, Interface.Acknowledge());
        Assert.Equal((true, false), (State(s_nmi).Pending, State(s_nmi).Active));
        Assert.Equal(Priority.Idle, Interface.RunningPriority);
        Assert.Equal(s_nmi, Interface.AcknowledgeNmi());
        Assert.Equal((false, true), (State(s_nmi).Pending, State(s_nmi).Active));
    });

    [Checks("Q15")]
    public static void NMIAR1_acknowledges_nothing_else() => By(s_oneState, static () =>
    {
        Pend(s_irq, nmi: false);
        Assert.Equal(IntId.Spurious, Interface.AcknowledgeNmi());
        Assert.Equal(s_irq, Interface.Acknowledge());
    });

    private static void Running(InterruptGroup group, Priority expected)
    {
        Pend(s_nmi, nmi: true, group);
        Assert.Equal(s_nmi, Interface.AcknowledgeNmi());
        Assert.Equal(expected, Interface.RunningPriority);
    }

    private static void Pend(IntId irq, bool nmi, InterruptGroup group = InterruptGroup.Group1, byte priority = 0xa0)
    {
        Enable(irq, new Priority(priority), group);
        State(irq).IsNmi = nmi;
        Controller.SetPending(irq, Cpu0, pending: true);
    }
}
