using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using Xunit;

namespace IrqSafety.Runtime.Tests;

/// <summary>The registers as code reads and writes them: a root handler, a disable and its RWP, a redistributor's sleep.</summary>
public class RegisterOperationTests
{
    private static readonly CpuId s_cpu0 = new(0);
    private static readonly IntId s_spi = IntId.Spi(3);
    private static readonly IntId s_sgi = IntId.Sgi(1);
    private static readonly IntId s_nmi = IntId.Sgi(2);

    private static Cpu ThisCpu => Machine.Current.Cpus[KernelTask.Current.Cpu.Value];

    // gic_handle_irq of the pseudo-NMI thread: what the running priority says decides about NMI accounting.
    private static void GicHandleIrq()
    {
        if (Processor.InNmi)
        {
            Pmr interrupted = Icc.ReadPmr();
            Icc.MaskIrqs();
            IntId nmi = Icc.ReadIar1();
            Icc.WritePmr(interrupted);
            if (!nmi.IsSpecial)
            {
                Icc.WriteEoir1(nmi);
                Assert.Equal(Errno.Ok, Irq.GenericHandleDomainNmi(nmi));
            }

            return;
        }

        IntId irq = Icc.ReadIar1();
        if (irq.IsSpecial)
        {
            return;
        }

        Icc.WriteEoir1(irq);
        if (Icc.ReadRpr() == Priority.Idle && irq == s_nmi)
        {
            NmiContext.Enter();
            Assert.Equal(Errno.Ok, Irq.GenericHandleDomainNmi(irq));
            NmiContext.Exit();
            return;
        }

        Icc.MaskIrqs();
        Assert.Equal(Errno.Ok, Irq.GenericHandleDomainIrq(irq));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_root_handler_of_the_program_s_own_serves_IRQs_and_NMIs(bool irqsOff)
    {
        var seen = new List<(IntId, bool)>();
        PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 1, () =>
        {
            Install(s_sgi, nmi: false, irq => seen.Add((irq, Processor.InNmi)));
            Install(s_nmi, nmi: true, irq => seen.Add((irq, Processor.InNmi)));
            Assert.Equal(Errno.Ok, Irq.SetHandleIrq(GicHandleIrq));
            Assert.Equal(Errno.EBUSY, Irq.SetHandleIrq(GicHandleIrq));
            if (irqsOff)
            {
                LocalIrq.Disable();
            }

            Icc.SendSgi(s_nmi, CpuMask.Of(s_cpu0));
            Processor.Relax();
            Icc.SendSgi(s_sgi, CpuMask.Of(s_cpu0));
            Processor.Relax();
            Assert.Equal(irqsOff ? [(s_nmi, true)] : [(s_nmi, true), (s_sgi, false)], seen);
            if (irqsOff)
            {
                LocalIrq.Enable();
                Processor.Relax();
            }

            Assert.Equal([(s_nmi, true), (s_sgi, false)], seen);
            Assert.Equal((0, 0), (ThisCpu.State.PreemptCount.Nmi, ThisCpu.State.PreemptCount.HardIrq));
            Assert.Equal((Pmr.IrqOn, Priority.Idle), (ThisCpu.State.Pmr, ThisCpu.Interface.RunningPriority));
        });
    }

    [Fact]
    public void Ending_what_was_not_acknowledged_breaks_the_protocol() => Assert.Equal(
        [LawIds.InterruptEnd],
        Breaches(static () =>
        {
            LocalDaif.Mask();
            Icc.WriteEoir1(IntId.Spurious);
        }));

    [Fact]
    public void An_interrupt_is_ended_once() => Assert.Equal(
        [LawIds.InterruptEnd],
        Breaches(static () =>
        {
            LocalDaif.Mask();
            ThisCpu.Interface.Pmr = new Pmr(0xf8);
            ThisCpu.Redistributor[s_sgi].Enabled = true;
            Icc.SendSgi(s_sgi, CpuMask.Of(s_cpu0));
            Assert.Equal(s_sgi, Icc.ReadIar1());
            Icc.WriteEoir1(s_sgi);
            Icc.WriteEoir1(s_sgi);
            Icc.WriteDir(s_sgi);
        }));

    [Fact]
    public void Acknowledging_with_interrupts_on_is_a_breach() => Assert.Equal([LawIds.ContextLegal], Breaches(static () => Icc.ReadIar1()));

    [Fact]
    public void A_line_is_configured_when_its_disable_has_taken_effect()
    {
        Assert.Empty(Breaches(static () =>
        {
            Gicd.Disable(s_spi);
            Assert.True(Machine.Current.Gic.Distributor.RegisterWritePending);
            Gicd.WaitForRwp();
            Gicd.Configure(s_spi, Trigger.Edge);
            Gicd.SetPriority(s_spi, Priority.Nmi);
            Gicd.Enable(s_spi);
            Assert.Equal((Trigger.Edge, true), (Machine.Current.Gic.Distributor[s_spi].Trigger, Gicd.IsEnabled(s_spi)));
        }));
        Assert.Equal([LawIds.WritePending], Breaches(static () =>
        {
            Gicd.Disable(s_spi);
            Gicd.Configure(s_spi, Trigger.Edge);
        }));
        Assert.Equal([LawIds.WritePending], Breaches(static () =>
        {
            Gicd.Enable(s_spi);
            Gicd.SetPriority(s_spi, Priority.Irq);
        }));
        Assert.Equal([LawIds.NmiPriority], Breaches(static () =>
        {
            Gicd.Enable(s_spi);
            Gicd.SetPriority(s_spi, Priority.Nmi);
        }));
    }

    [Fact]
    public void The_RWP_of_one_CPU_s_redistributor_is_not_the_distributor_s() => Assert.Equal(
        [LawIds.WritePending],
        Breaches(static () =>
        {
            using PreemptOffGuard off = Preemption.Off();
            Gicr.Disable(IntId.Ppi(4));
            Gicd.WaitForRwp();
            Gicr.Configure(IntId.Ppi(4), Trigger.Edge);
        }));

    [Fact]
    public void A_redistributor_sleeps_with_its_group_off_and_is_woken_before_use()
    {
        Assert.Empty(Breaches(static () =>
        {
            LocalIrq.Disable();
            ThisCpu.Redistributor[s_sgi].Enabled = true;
            Icc.DisableGroup1();
            Gicr.Sleep();
            Icc.SendSgi(s_sgi, CpuMask.Of(s_cpu0));
            Assert.Equal((true, false), (Gicr.IsPending(s_sgi), ThisCpu.Interface.Signals));
            Gicr.Wake();
            Icc.EnableGroup1();
            Assert.Equal(s_sgi, Icc.ReadHppir1());
        }));
        Assert.Equal([LawIds.RedistributorPower], Breaches(static () =>
        {
            LocalIrq.Disable();
            Gicr.Sleep();
        }));
        Assert.Equal([LawIds.RedistributorPower], Breaches(static () =>
        {
            LocalIrq.Disable();
            Icc.DisableGroup1();
            Gicr.Sleep();
            Icc.EnableGroup1();
        }));
    }

    [Fact]
    public void System_registers_are_undefined_on_a_GICv2_and_memory_mapped_ones_gone_on_a_GICv3()
    {
        Assert.Throws<MachineBugException>(static () => PlainExecution.Run(MachineProfile.GicV2, 1, static () => Icc.ReadRpr()));
        Assert.Throws<MachineBugException>(static () => PlainExecution.Run(MachineProfile.GicV3Irq, 1, static () => Gicc.ReadRpr()));
    }

    [Fact]
    public void On_a_GICv2_the_sender_is_acknowledged_and_ended_with_the_SGI() => PlainExecution.Run(MachineProfile.GicV2, 2, static () =>
    {
        LocalDaif.Mask();
        ThisCpu.Redistributor[s_sgi].Enabled = true;
        Machine.Current.Gic.Distributor.Registers.Write(0xf00, 4, (1u << 16) | 1, new CpuId(1));
        Gicd.SendSgi(s_sgi, CpuMask.Of(s_cpu0));
        GiccAcknowledge first = Gicc.ReadIar();
        Assert.Equal((s_sgi, s_cpu0), (first.Irq, first.Sender));
        Gicc.WriteEoir(first);
        Gicc.WriteDir(first);
        GiccAcknowledge second = Gicc.ReadIar();
        Assert.Equal((s_sgi, new CpuId(1)), (second.Irq, second.Sender));
        Assert.Throws<MachineBugException>(() => Gicc.WriteEoir(second with { Sender = s_cpu0 }));
        Gicc.WriteEoir(second);
    });

    [Fact]
    public void An_LPI_comes_through_the_ITS_once_LPIs_are_enabled() => PlainExecution.Run(MachineProfile.GicV3Irq, 2, static () =>
    {
        LocalDaif.Mask();
        Assert.Throws<MachineBugException>(static () => Gits.MapCollection(0, s_cpu0));
        Gicr.EnableLpis(pendingTableIsZero: true);
        Gits.MapDevice(1);
        Gits.MapCollection(0, s_cpu0);
        Gits.MapInterrupt(1, 5, IntId.Lpi(7), 0);
        Gits.Configure(IntId.Lpi(7), Priority.Irq, enabled: true);
        Gits.Invalidate(1, 5);
        Gits.Interrupt(1, 5);
        Assert.Equal(IntId.Lpi(7), Icc.ReadIar1());
        Icc.WriteEoir1(IntId.Lpi(7));
        Assert.Equal(IntId.Spurious, Icc.ReadIar1());
    });

    private static string[] Breaches(Action body)
    {
        var breaches = new List<Breach>();
        var execution = new PlainExecution { OnBreach = (breach, _) => breaches.Add(breach) };
        var machine = new Machine(MachineProfile.GicV3Irq, 2, execution);
        machine.AddTask("main", s_cpu0, body);
        execution.Run(machine);
        return [.. breaches.Select(breach => breach.Law)];
    }

    private static void Install(IntId sgi, bool nmi, Action<IntId> handled)
    {
        IrqHandler handler = irq =>
        {
            handled(irq);
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
}
