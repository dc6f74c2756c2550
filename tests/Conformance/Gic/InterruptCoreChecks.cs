using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>The interrupt core's disable depth, and the driver's handling of pseudo-NMIs.</summary>
public static class InterruptCoreChecks
{
    private static readonly IntId s_sgi = IntId.Sgi(1);
    private static readonly IntId s_nmi = IntId.Sgi(2);
    private static readonly IntId s_spi = IntId.Spi(5);

    [Checks("K01")]
    public static void Disables_are_counted() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 1, static () =>
    {
        Request();
        Assert.Equal(0, Depth);
        Irq.DisableIrq(s_spi);
        Assert.Equal(1, Depth);
        Irq.EnableIrq(s_spi);
        Assert.Equal(0, Depth);
    });

    [Checks("K02")]
    public static void A_line_freed_while_disabled_is_enabled_by_the_next_request() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 1, static () =>
    {
        Request();
        Irq.DisableIrq(s_spi);
        Irq.FreeIrq(s_spi);
        Assert.InRange(Depth, 1, int.MaxValue);
        Request();
        Assert.Equal(0, Depth);
    });

    [Checks("K03")]
    public static void A_managed_line_that_is_disabled_stays_so_over_a_shutdown() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 2, static () =>
    {
        Irq.SetManagedAffinity(s_spi, CpuMask.All(2));
        Request();
        Assert.Equal((true, true, 0), Life);
        Irq.DisableIrq(s_spi);
        LineLifecycle.ShutdownAndDeactivate(ThisCpu, Descriptor);
        Assert.Equal((false, false), (Descriptor.IsActivated, Descriptor.IsStarted));
        LineLifecycle.Activate(Descriptor);
        LineLifecycle.StartupManaged(ThisCpu, Descriptor);
        Assert.Equal(1, Depth);
        Irq.EnableIrq(s_spi);
        Assert.Equal((true, true, 0), Life);
    });

    [Checks("K04")]
    public static void A_managed_line_that_is_disabled_stays_so_while_its_CPU_comes_and_goes() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 2, static () =>
    {
        Irq.SetManagedAffinity(s_spi, CpuMask.Of(Cpu1));
        Request();
        Irq.DisableIrq(s_spi);
        Assert.Equal(Errno.Ok, CpuHotplug.TakeDown(Cpu1));
        Assert.Equal((false, false), (Descriptor.IsActivated, Descriptor.IsStarted));
        Assert.InRange(Depth, 1, int.MaxValue);
        Assert.Equal(Errno.Ok, CpuHotplug.BringUp(Cpu1));
        Assert.Equal((false, false, 1), Life);
        Irq.EnableIrq(s_spi);
        Assert.Equal((true, true, 0), Life);
    });

    [Checks("N01")]
    public static void A_special_INTID_is_neither_handled_nor_ended()
    {
        PlainExecution execution = PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 1, static () => ThisCpu.TakeInterrupt());
        Assert.DoesNotContain(execution.Events, happened => happened.Kind is MachineEventKind.InterruptEnded or MachineEventKind.ContextEntered);
    }

    [Checks("N02")]
    public static void NMI_accounting_is_around_the_handler_only() => ObservedExecution.Run(MachineProfile.GicV3PseudoNmi, 1, static execution =>
    {
        bool inHandler = false;
        Install(s_nmi, nmi: true, () => inHandler = ThisCpu.InNmi);
        var left = new List<(bool InNmi, Pmr Pmr)>();
        execution.OnEvent = happened =>
        {
            if (happened.Kind == MachineEventKind.MaskChanged && inHandler)
            {
                left.Add((ThisCpu.InNmi, ThisCpu.State.Pmr));
            }
        };
        Send(s_nmi);
        Assert.True(inHandler);
        Assert.Equal((false, Pmr.IrqOff), left[0]);
    });

    [Checks("N03")]
    public static void An_IRQ_is_not_acknowledged_where_a_withdrawn_NMI_was_expected() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 1, static () =>
    {
        bool handled = false;
        Install(s_sgi, nmi: false, () => handled = true);
        LocalIrq.Disable();
        Controller.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        ThisCpu.TakeInterrupt();
        Assert.False(handled);
        Assert.Equal((true, false), (State(s_sgi).Pending, State(s_sgi).Active));
        LocalIrq.Enable();
        Processor.Relax();
        Assert.True(handled);
    });

    [Checks("N04")]
    public static void In_mode_1_EOI_comes_before_the_handler_and_DIR_after() =>
        Assert.Equal(["acknowledge", "priority drop", "handler", "deactivated"], Order(MachineProfile.GicV3PseudoNmi));

    [Checks("N05")]
    public static void In_mode_0_EOI_comes_after_the_handler() =>
        Assert.Equal(["acknowledge", "handler", "priority drop", "deactivated"], Order(MachineProfile.GicV3PseudoNmiGuest));

    [Checks("N06")]
    public static void An_interrupt_nobody_requested_is_deactivated_and_warned_of_once()
    {
        foreach (MachineProfile profile in new[] { MachineProfile.GicV3PseudoNmi, MachineProfile.GicV3PseudoNmiGuest })
        {
            PlainExecution execution = PlainExecution.Run(profile, 1, static () =>
            {
                Enable(s_sgi, Priority.Irq);
                for (int i = 0; i < 2; i++)
                {
                    Send(s_sgi);
                    Assert.False(State(s_sgi).Active);
                    Assert.Equal(Priority.Idle, Interface.RunningPriority);
                }
            });
            Assert.Single(execution.Events, happened => happened.Kind == MachineEventKind.Note);
        }
    }

    [Checks("N07")]
    public static void An_enabled_line_and_an_LPI_cannot_become_NMIs() => ObservedExecution.Run(MachineProfile.GicV3PseudoNmi, 1, static execution =>
    {
        var reports = new List<Breach>();
        execution.OnBreach = reports.Add;
        State(s_spi).Enabled = true;
        const IrqRequestFlags Nmi = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;
        Assert.Equal(Errno.EINVAL, Irq.RequestNmi(s_spi, static _ => IrqReturn.Handled, Nmi, "enabled"));
        Assert.Empty(reports);
        Assert.Equal(Errno.EINVAL, Irq.RequestNmi(new IntId(8192), static _ => IrqReturn.Handled, Nmi, "LPI"));
        Assert.Equal([LawIds.NmiRequestConstraint], reports.Select(report => report.Law));
    });

    private static IrqDescriptor Descriptor => Machine.Current.Irqs[s_spi];

    private static int Depth => Descriptor.DisableDepth;

    private static (bool Activated, bool Started, int Depth) Life => (Descriptor.IsActivated, Descriptor.IsStarted, Depth);

    private static void Request() => Assert.Equal(Errno.Ok, Irq.RequestIrq(s_spi, static _ => IrqReturn.Handled, IrqRequestFlags.None, "test"));

    private static void Send(IntId sgi)
    {
        Controller.SendSgi(sgi, CpuMask.Of(ThisCpu.Id));
        Processor.Relax();
    }

    private static void Install(IntId sgi, bool nmi, System.Action handled)
    {
        IrqHandler handler = _ =>
        {
            handled();
            return IrqReturn.Handled;
        };
        Assert.Equal(Errno.Ok, nmi ? Irq.RequestPercpuNmi(sgi, handler, "test") : Irq.RequestPercpuIrq(sgi, handler, "test"));
        using PreemptOffGuard off = Preemption.Off();
        if (nmi)
        {
            Assert.Equal(Errno.Ok, Irq.PreparePercpuNmi(sgi));
            Irq.EnablePercpuNmi(sgi);
        }
        else
        {
            Irq.EnablePercpuIrq(sgi);
        }
    }

    private static List<string> Order(MachineProfile profile)
    {
        var order = new List<string>();
        ObservedExecution.Run(profile, 1, execution =>
        {
            Install(s_sgi, nmi: false, () => order.Add("handler"));
            execution.OnEvent = happened =>
            {
                if (happened.Kind is MachineEventKind.InterruptAcknowledged or MachineEventKind.InterruptEnded)
                {
                    order.Add(happened.Text ?? "acknowledge");
                }
            };
            Send(s_sgi);
        });
        return order;
    }
}
