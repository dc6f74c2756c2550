using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;
using Xunit;
using static IrqSafety.Conformance.Tests.GicBench;

namespace IrqSafety.Conformance.Tests;

/// <summary>SGIs between four CPUs; CPU 1 sends, by ICC_SGI1R_EL1 of a GICv3 and by GICD_SGIR of a GICv2.</summary>
public static class SgiChecks
{
    private static readonly IntId s_sgi = IntId.Sgi(1);
    private static readonly CpuId s_cpu2 = new(2);

    // GICD_SGIR.TargetListFilter
    private const uint ToList = 0;
    private const uint ToAllButSelf = 1u << 24;
    private const uint ToSelf = 2u << 24;

    [Checks("G01")]
    public static void An_SGI_to_self() => Delivered([1], () => Controller.SendSgi(s_sgi, CpuMask.Of(Cpu1)), ToSelf);

    [Checks("G02")]
    public static void An_SGI_to_the_CPUs_of_the_other_parity() => Delivered([0, 2], () => Controller.SendSgi(s_sgi, CpuMask.Of(Cpu0, s_cpu2)), ToList | (0b101 << 16));

    [Checks("G03")]
    public static void An_SGI_to_all_but_self() => Delivered([0, 2, 3], () => Controller.BroadcastSgi(s_sgi, Cpu1), ToAllButSelf);

    [Checks("G04")]
    public static void Clearing_the_active_bit_ends_an_SGI_without_EOI()
    {
        foreach (MachineProfile profile in new[] { Mode0, MachineProfile.GicV2 with { EoiMode = EoiMode.DropAndDeactivate } })
        {
            By(profile, static () =>
            {
                Enable(s_sgi, new Priority(0xa0));
                Controller.SendSgi(s_sgi, CpuMask.Of(Cpu0));
                Assert.Equal(s_sgi, Interface.Acknowledge());
                State(s_sgi).Active = false;
                Assert.Equal((false, false), (State(s_sgi).Pending, State(s_sgi).Active));
                Assert.Equal(IntId.Spurious, Interface.Acknowledge());
            });
        }
    }

    private static void Delivered(int[] expected, Action send, uint sgir)
    {
        Delivered(MachineProfile.GicV3Irq, expected, send);
        Delivered(MachineProfile.GicV2, expected, () => Controller.Distributor.Registers.Write(0xf00, 4, sgir | (uint)s_sgi.Value, Cpu1));
    }

    private static void Delivered(MachineProfile profile, int[] expected, Action send)
    {
        var acknowledged = new List<int>();
        var execution = new PlainExecution();
        var machine = new Machine(profile, 4, execution);
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
            int cpu = KernelTask.Current.Cpu.Value;
            acknowledged.Add(irq == s_sgi ? cpu : -1);
            if (profile.GicVersion == 2)
            {
                Assert.Equal(Cpu1, machine.Cpus[cpu].Interface.LastSender);
            }

            return IrqReturn.Handled;
        }
    }
}
