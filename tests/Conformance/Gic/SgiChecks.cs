using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>SGIs between four CPUs; CPU 1 sends.</summary>
public static class SgiChecks
{
    private static readonly IntId s_sgi = IntId.Sgi(1);

    [Checks("G01")]
    public static void An_SGI_to_self() => Delivered([1], () => Controller.SendSgi(s_sgi, CpuMask.Of(Cpu1)));

    [Checks("G02")]
    public static void An_SGI_to_the_CPUs_of_the_other_parity() => Delivered([0, 2], () => Controller.SendSgi(s_sgi, CpuMask.Of(Cpu0, new CpuId(2))));

    [Checks("G03")]
    public static void An_SGI_to_all_but_self() => Delivered([0, 2, 3], () => Controller.BroadcastSgi(s_sgi, Cpu1));

    [Checks("G04")]
    public static void Clearing_the_active_bit_ends_an_SGI_without_EOI() => By(Mode0, () =>
    {
        Enable(s_sgi, new Priority(0xa0));
        Controller.SendSgi(s_sgi, CpuMask.Of(Cpu0));
        Assert.Equal(s_sgi, Interface.Acknowledge());
        State(s_sgi).Active = false;
        Assert.Equal((false, false), (State(s_sgi).Pending, State(s_sgi).Active));
        Assert.Equal(IntId.Spurious, Interface.Acknowledge());
    });

    private static void Delivered(int[] expected, Action send)
    {
        var acknowledged = new List<int>();
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3Irq, 4, execution);
        machine.AddTask("sender", Cpu1, () =>
        {
            Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(s_sgi, Count, "test"));
            foreach (Cpu cpu in machine.Cpus)
            {
                machine.Gic.StateOf(s_sgi, cpu.Id).Enabled = true;
            }

            send();
        });
        execution.Run(machine);
        Assert.Equal(expected, acknowledged.Order());

        IrqReturn Count(IntId irq)
        {
            acknowledged.Add(irq == s_sgi ? KernelTask.Current.Cpu.Value : -1);
            return IrqReturn.Handled;
        }
    }
}
