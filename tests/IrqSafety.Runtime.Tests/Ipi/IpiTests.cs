using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class IpiTests
{
    private static readonly Ipi[] s_wantedAsNmi = [Ipi.CpuStopNmi, Ipi.CpuBacktrace, Ipi.KgdbRoundup];

    [Fact]
    public void The_debug_and_stop_IPIs_become_NMIs_where_that_is_possible() => Run(() =>
    {
        Assert.Equal(Errno.Ok, IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count));
        foreach (Ipi ipi in Enum.GetValues<Ipi>())
        {
            Assert.Equal(s_wantedAsNmi.Contains(ipi) ? IpiFlavour.Nmi : IpiFlavour.Irq, Machine.Current.Ipis.FlavourOf(ipi));
            foreach (Cpu cpu in Machine.Current.Cpus)
            {
                InterruptState line = cpu.Redistributor[Smp.IpiLine(ipi)];
                Assert.True(line.Enabled);
                Assert.Equal(s_wantedAsNmi.Contains(ipi) ? Priority.Nmi : Priority.Irq, Machine.Current.Gic.ReadPriority(line.Irq, cpu.Id));
            }
        }
    });

    [Fact]
    public void Without_priority_masking_they_are_ordinary() => PlainExecution.Run(MachineProfile.GicV3Irq, 2, () =>
    {
        Assert.Equal(Errno.Ok, IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count));
        Assert.All(Enum.GetValues<Ipi>(), ipi => Assert.Equal(IpiFlavour.Irq, Machine.Current.Ipis.FlavourOf(ipi)));
        Assert.True(IpiLayer.TriggerCpumaskBacktrace(CpuMask.All(2)));
    });

    [Fact]
    public void A_failed_NMI_request_falls_back_and_the_outcome_is_recorded()
    {
        int requests = 0;
        var execution = new PlainExecution { Chooser = _ => ++requests == 2 ? 1 : 0 };
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        machine.Faults.Declare("request_percpu_nmi", 1);
        machine.AddTask("boot", Cpu0, () =>
        {
            Assert.Equal(Errno.Ok, IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count));
            Assert.True(IpiLayer.ShouldBeNmi(Ipi.CpuBacktrace));
            Assert.Equal(IpiFlavour.Nmi, Machine.Current.Ipis.FlavourOf(Ipi.CpuStopNmi));
            Assert.Equal(IpiFlavour.Irq, Machine.Current.Ipis.FlavourOf(Ipi.CpuBacktrace));
            Assert.True(IpiLayer.TriggerCpumaskBacktrace(CpuMask.All(2)));
        });
        execution.Run(machine);
        Assert.Equal(["NMI backtrace for CPU0", "NMI backtrace for CPU1"], machine.Console.Lines.Order());
    }

    [Fact]
    public void A_backtrace_reaches_a_CPU_that_has_interrupts_off()
    {
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        bool answered = false;
        machine.AddTask("stuck", Cpu0, () =>
        {
            IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
            LocalIrq.Disable();
            machine.AddTask("watchdog", Cpu1, () => answered = IpiLayer.TriggerCpumaskBacktrace(CpuMask.Of(Cpu0)));
            Processor.Delay(1);
            LocalIrq.Enable();
        });
        execution.Run(machine);
        Assert.True(answered);
    }

    [Fact]
    public void The_kgdb_round_up_reaches_every_other_CPU() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 4, () =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        using PreemptOffGuard off = Preemption.Off();
        IpiLayer.KgdbRoundupCpus();
        Processor.Relax();
        Assert.Equal(CpuMask.All(4) - Cpu0, Machine.Current.Ipis.InDebugger);
    });

    [Fact]
    public void The_stop_asks_by_IRQ_first_and_parks_the_others() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 3, () =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        Preemption.Disable();
        Assert.True(IpiLayer.SendStop());
        Machine machine = Machine.Current;
        Assert.Equal(CpuMask.Of(Cpu0), machine.OnlineCpus);
        Assert.All(machine.Cpus, cpu => Assert.True(cpu.SdeiMasked));
        Assert.All(machine.Cpus.Skip(1), cpu => Assert.Equal((CpuPhase.Parked, Daif.All), (cpu.Phase, cpu.State.Daif)));
        Assert.Equal("waited", machine.Protocols.StateOf(CpuStopProtocol.Name, null, Cpu0));
    });

    [Fact]
    public void A_CPU_with_interrupts_off_is_stopped_by_the_NMI_after_a_second()
    {
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        bool stopped = false;
        machine.AddTask("boot", Cpu0, () =>
        {
            IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
            machine.AddTask("stuck", Cpu1, () =>
            {
                LocalIrq.Disable();
                machine.AddTask("panicking", Cpu0, Panic);
                Processor.Delay(5_000_000);
                Assert.Fail("the CPU went on");
            });
        });
        execution.Run(machine);
        Assert.True(stopped);
        Assert.Equal(1_000_000_000, execution.Now);
        Assert.Equal(CpuPhase.Parked, machine.Cpus[1].Phase);

        void Panic()
        {
            Processor.BeginCrash("test");
            Preemption.Disable();
            stopped = IpiLayer.SendStop();
        }
    }

    [Fact]
    public void The_stop_is_done_once_and_not_at_all_when_alone() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 1, () =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        Preemption.Disable();
        Assert.True(IpiLayer.SendStop());
        Assert.False(Machine.Current.Ipis.StopInProgress);
        Assert.True(Machine.Current.Cpus[0].SdeiMasked);
    });

    [Fact]
    public void Sending_the_stop_NMI_first_breaks_the_law_and_still_sends_it()
    {
        var pending = false;
        Assert.Equal([(LawIds.StopOrder, "Smp.CrossCall")], Breaches(() =>
        {
            Smp.SetIpiRange(IntId.Sgi(0), IpiState.Count);
            Smp.CrossCall(CpuMask.Of(Cpu1), Ipi.CpuStopNmi);
            pending = Machine.Current.Cpus[1].Redistributor[Smp.IpiLine(Ipi.CpuStopNmi)].Pending;
        }));
        Assert.True(pending);
    }

    [Fact]
    public void The_NMI_after_the_IRQ_without_waiting_breaks_the_law_and_after_the_wait_it_does_not()
    {
        Assert.Equal([(LawIds.StopOrder, "Smp.CrossCall")], Breaches(() => Stop(wait: false)));
        Assert.Empty(Breaches(() => Stop(wait: true)));

        static void Stop(bool wait)
        {
            Smp.SetIpiRange(IntId.Sgi(0), IpiState.Count);
            CpuMask others = CpuMask.Of(Cpu1);
            Smp.CrossCall(others, Ipi.CpuStop);
            if (wait)
            {
                Assert.False(Smp.WaitForOthersToStop(1_000_000));
            }

            Smp.CrossCall(others, Ipi.CpuStopNmi);
        }
    }

    [Fact]
    public void A_function_is_called_on_each_other_CPU_in_interrupt_context() => PlainExecution.Run(MachineProfile.GicV3PseudoNmi, 3, () =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        var ran = new List<CpuId>();
        using (Preemption.Off())
        {
            Smp.CallFunctionMany(CpuMask.All(3), () => { Assert.True(Processor.InHardIrq); ran.Add(Processor.Id); }, wait: true);
        }

        Assert.Equal([1, 2], ran.Select(cpu => cpu.Value).Order());
        Smp.OnEachCpu(() => ran.Add(Processor.Id), wait: true);
        Assert.Equal([0, 1, 1, 2, 2], ran.Select(cpu => cpu.Value).Order());
        Assert.Equal(Errno.Ok, Smp.CallFunctionSingle(Cpu0, () => Assert.True(LocalIrq.IrqsDisabled()), wait: false));
        Assert.Equal(Errno.ENXIO, Smp.CallFunctionSingle(new CpuId(9), () => { }, wait: true));
    });

    [Fact]
    public void Calling_and_waiting_with_interrupts_off_breaks_the_law() =>
        Assert.Equal([(LawIds.CrossCallWait, "Smp.CallFunctionMany")], Breaches(() =>
        {
            IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
            LocalIrq.Disable();
            Smp.CallFunctionMany(CpuMask.All(2), () => { }, wait: false);
            LocalIrq.Enable();
        }));

    [Fact]
    public void In_an_NMI_functions_are_not_run() =>
        Assert.Equal([(LawIds.NmiUnsafeCall, "Smp.HandleCallFunction")], Breaches(() => InHandler(nmi: true, Smp.HandleCallFunction)));

    [Fact]
    public void Tear_down_undoes_set_up_with_the_calls_of_the_same_flavour() => Run(() =>
    {
        IpiLayer.SetSmpIpiRange(IntId.Sgi(0), IpiState.Count);
        Assert.Equal(Errno.Ok, CpuHotplug.TakeDown(Cpu1));
        Machine machine = Machine.Current;
        Assert.Equal(PercpuLineProtocol.Nmi, machine.Protocols.StateOf(PercpuLineProtocol.Name, Smp.IpiLine(Ipi.CpuBacktrace), Cpu1));
        Assert.False(machine.Cpus[1].Redistributor[Smp.IpiLine(Ipi.CallFunc)].Enabled);
        Assert.Equal(Errno.Ok, CpuHotplug.BringUp(Cpu1));
        Assert.Equal(PercpuLineProtocol.NmiEnabled, machine.Protocols.StateOf(PercpuLineProtocol.Name, Smp.IpiLine(Ipi.CpuBacktrace), Cpu1));
        Assert.True(IpiLayer.TriggerCpumaskBacktrace(CpuMask.All(2)));
    });
}
