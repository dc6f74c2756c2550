using System;
using Xunit;

namespace IrqSafety.Runtime.Tests;

/// <summary>One interrupt through the whole model costs no memory. What it costs in time is for the benchmark to say.</summary>
public class InterruptCostTests
{
    private static readonly IntId s_edge = IntId.Spi(40);
    private static readonly IntId s_level = IntId.Spi(41);
    private static readonly IntId s_sgi = IntId.Sgi(1);
    private static readonly IntId s_nmi = IntId.Sgi(2);

    [Theory]
    [InlineData("gicv3-pnmi")]
    [InlineData("gicv3-pnmi-eoi0")]
    [InlineData("gicv3-irq")]
    [InlineData("gicv3-nmi")]
    [InlineData("gicv2")]
    public void An_interrupt_allocates_nothing(string profile)
    {
        long handled = 0;
        long allocated = -1;
        var execution = new PlainExecution { KeepsEvents = false };
        var machine = new Machine(MachineProfile.Find(profile)!, 4, execution);
        machine.AddTask("main", new CpuId(0), () =>
        {
            Install(() => handled++);
            Raise(machine, 1000);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Raise(machine, 10_000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        execution.Run(machine);
        Assert.Equal(0, allocated);
        Assert.Equal(11_000, handled);
    }

    [Fact]
    public void A_million_interrupts_on_four_CPUs_allocate_nothing()
    {
        long[] handled = new long[4];
        long allocated = -1;
        var execution = new PlainExecution { KeepsEvents = false };
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 4, execution);
        machine.AddTask("main", new CpuId(0), () =>
        {
            IrqHandler count = _ =>
            {
                handled[KernelTask.Current.Cpu.Value]++;
                return IrqReturn.Handled;
            };
            for (int cpu = 0; cpu < 4; cpu++)
            {
                IntId line = s_edge + cpu;
                Assert.Equal(Errno.Ok, Irq.SetType(line, Trigger.Edge));
                Assert.Equal(Errno.Ok, Irq.RequestIrq(line, count, IrqRequestFlags.None, "counter"));
                Assert.Equal(Errno.Ok, Irq.SetAffinity(line, new CpuId(cpu)));
            }

            Spread(machine, 1000);
            Array.Clear(handled);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Spread(machine, 1_000_000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        execution.Run(machine);
        Assert.Equal(0, allocated);
        Assert.All(handled, each => Assert.Equal(250_000, each));
    }

    private static void Spread(Machine machine, int count)
    {
        for (int i = 0; i < count; i++)
        {
            machine.Gic.Assert(s_edge + (i & 3), new CpuId(i & 3));
            _ = LocalIrq.IrqsDisabled();
        }
    }

    // An edge, a level line that its handler lowers, an SGI and, where there are any, an NMI in turn.
    private static void Raise(Machine machine, int count)
    {
        for (int i = 0; i < count; i++)
        {
            switch (i & 3)
            {
                case 0:
                    machine.Gic.Assert(s_edge, new CpuId(0));
                    break;
                case 1:
                    machine.Gic.Assert(s_level, new CpuId(0));
                    break;
                case 2:
                    machine.Gic.SendSgi(s_sgi, CpuMask.Of(new CpuId(0)));
                    break;
                default:
                    machine.Gic.SendSgi(s_nmi, CpuMask.Of(new CpuId(0)));
                    break;
            }

            _ = LocalIrq.IrqsDisabled();
        }
    }

    private static void Install(Action handled)
    {
        IrqHandler handler = irq =>
        {
            handled();
            if (irq == s_level)
            {
                Machine.Current.Gic.Deassert(irq, new CpuId(0));
            }

            return IrqReturn.Handled;
        };
        Assert.Equal(Errno.Ok, Irq.SetType(s_edge, Trigger.Edge));
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_edge, handler, IrqRequestFlags.None, "edge"));
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_level, handler, IrqRequestFlags.None, "level"));
        Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(s_sgi, handler, "sgi"));
        bool nmi = Irq.RequestPercpuNmi(s_nmi, handler, "nmi") == Errno.Ok;
        if (!nmi)
        {
            Assert.Equal(Errno.Ok, Irq.RequestPercpuIrq(s_nmi, handler, "nmi"));
        }

        using PreemptOffGuard off = Preemption.Off();
        Irq.EnablePercpuIrq(s_sgi);
        if (nmi)
        {
            Assert.Equal(Errno.Ok, Irq.PreparePercpuNmi(s_nmi));
            Irq.EnablePercpuNmi(s_nmi);
        }
        else
        {
            Irq.EnablePercpuIrq(s_nmi);
        }
    }
}
