using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class HotplugTests
{
    [Fact]
    public void A_state_starts_on_every_online_CPU_with_interrupts_off_in_its_section() => Run(() =>
    {
        var started = new List<CpuId>();
        CpuHotplug.SetupState("test", Startup, teardown: null);
        Assert.Equal([Cpu0, Cpu1], started);
        Assert.False(LocalIrq.IrqsDisabled());

        void Startup(CpuId cpu)
        {
            Assert.Equal(cpu, Processor.Id);
            Assert.True(LocalIrq.IrqsDisabled());
            Assert.True(ThisCpu.Situation.Within.HasFlag(Section.CpuStarting));
            started.Add(cpu);
        }
    });

    [Fact]
    public void Going_down_tears_down_in_reverse_and_coming_up_starts_in_order() => Run(() =>
    {
        var order = new List<string>();
        CpuHotplug.SetupState("a", cpu => order.Add($"+a{cpu.Value}"), cpu => order.Add($"-a{cpu.Value}"));
        CpuHotplug.SetupState("b", cpu => order.Add($"+b{cpu.Value}"), cpu => order.Add($"-b{cpu.Value}"));
        order.Clear();
        Machine machine = Machine.Current;
        Assert.Equal(Errno.Ok, CpuHotplug.TakeDown(Cpu1));
        Assert.Equal(["-b1", "-a1"], order);
        Assert.Equal(CpuMask.Of(Cpu0), machine.OnlineCpus);
        Assert.Equal((CpuPhase.Offline, false, false), (machine.Cpus[1].Phase, machine.Cpus[1].Redistributor.Awake, machine.Cpus[1].Interface.Group1Enabled));
        order.Clear();
        Assert.Equal(Errno.Ok, CpuHotplug.BringUp(Cpu1));
        Assert.Equal(["+a1", "+b1"], order);
        Assert.Equal(CpuMask.All(2), machine.OnlineCpus);
        Assert.Equal(CpuPhase.Online, machine.Cpus[1].Phase);
    });

    [Fact]
    public void Removing_a_state_tears_it_down_everywhere_once() => Run(() =>
    {
        var order = new List<CpuId>();
        HotplugState state = CpuHotplug.SetupState("a", _ => { }, order.Add);
        Assert.Equal(Errno.Ok, CpuHotplug.RemoveState(state));
        Assert.Equal([Cpu0, Cpu1], order);
        Assert.Equal(Errno.ENOENT, CpuHotplug.RemoveState(state));
        Assert.Equal(2, order.Count);
    });

    [Fact]
    public void Without_calls_only_CPUs_that_come_up_later_are_started()
    {
        var started = new List<CpuId>();
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution, bootCpuOnly: true);
        machine.AddTask("boot", Cpu0, () =>
        {
            CpuHotplug.SetupStateNoCalls("a", started.Add, teardown: null);
            Assert.Empty(started);
            Assert.Equal(Errno.Ok, CpuHotplug.BringUp(Cpu1));
        });
        execution.Run(machine);
        Assert.Equal([Cpu1], started);
    }

    [Fact]
    public void What_cannot_be_done_is_refused() => Run(() =>
    {
        Assert.Equal(Errno.EINVAL, CpuHotplug.BringUp(Cpu1));
        Assert.Equal(Errno.Ok, CpuHotplug.TakeDown(Cpu1));
        Assert.Equal(Errno.EINVAL, CpuHotplug.TakeDown(Cpu1));
        Assert.Equal(Errno.EBUSY, CpuHotplug.TakeDown(Cpu0));
    });

    [Fact]
    public void An_interrupt_for_a_CPU_that_is_off_is_not_taken() => Run(() =>
    {
        int count = 0;
        Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(IntId.Sgi(2), _ => { count++; return IrqReturn.Handled; }, "test"));
        CpuHotplug.SetupState("test", _ => Irq.EnablePercpuIrq(IntId.Sgi(2)), _ => Irq.DisablePercpuIrq(IntId.Sgi(2)));
        CpuHotplug.TakeDown(Cpu1);
        Machine.Current.Gic.SendSgi(IntId.Sgi(2), CpuMask.All(2));
        Processor.Relax();
        Assert.Equal(1, count);
    });

    [Fact]
    public void Sleeping_in_a_starting_callback_breaks_the_law()
    {
        var done = new Completion();
        Assert.Equal([(LawIds.AtomicSleep, "Completion.Wait")], Breaches(() =>
        {
            done.Complete();
            CpuHotplug.SetupState("test", cpu => Sleep(cpu), teardown: null);
        }));

        void Sleep(CpuId cpu)
        {
            if (cpu == Cpu0)
            {
                done.Wait();
            }
        }
    }
}
