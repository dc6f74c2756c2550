using System;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>What drives a line from its acknowledge to its end, and what happens when that is made for another kind of line.</summary>
public sealed class FlowHandlerTests
{
    private const IrqRequestFlags NmiFlags = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;
    private static readonly IntId s_shared = IntId.Spi(8);
    private static readonly IntId s_percpu = IntId.Ppi(7);

    private int _handled;

    // gic_irq_domain_map
    [Theory]
    [InlineData(3, FlowHandler.PercpuDevid)]
    [InlineData(23, FlowHandler.PercpuDevid)]
    [InlineData(1060, FlowHandler.PercpuDevid)]
    [InlineData(40, FlowHandler.FastEoi)]
    [InlineData(4100, FlowHandler.FastEoi)]
    [InlineData(8200, FlowHandler.FastEoi)]
    public void The_controller_maps_each_line_with_the_one_of_its_kind(int line, FlowHandler expected) =>
        Run(() => Assert.Equal(expected, Machine.Current.Irqs[new IntId(line)].Flow));

    // gic_irq_nmi_setup and gic_irq_nmi_teardown
    [Fact]
    public void A_request_as_an_NMI_sets_that_of_NMIs_whatever_was_set_before() => Run(() =>
    {
        Irq.SetHandler(s_shared, FlowHandler.FastEoi);
        Assert.Equal(Errno.Ok, Irq.RequestNmi(s_shared, Handle, NmiFlags, "uart"));
        Assert.Equal(FlowHandler.FastEoiNmi, Machine.Current.Irqs[s_shared].Flow);
        Irq.FreeNmi(s_shared);
        Assert.Equal(FlowHandler.FastEoi, Machine.Current.Irqs[s_shared].Flow);
    });

    [Fact]
    public void What_fits_is_no_breach() => Assert.Empty(Breaches(() =>
    {
        Irq.SetHandler(s_shared, FlowHandler.FastEoi);
        Irq.SetHandler(s_percpu, FlowHandler.PercpuDevid);
        Irq.SetHandler(new IntId(1060), FlowHandler.PercpuDevid);
        Irq.SetHandler(IntId.Lpi(3), FlowHandler.FastEoi);
        Irq.RequestIrq(s_shared, Handle, IrqRequestFlags.None, "uart");
        Irq.RequestPercpuIrq(s_percpu, Handle, "timer");
        Irq.SetHandler(s_shared, FlowHandler.BadIrq);
    }));

    [Theory]
    [InlineData(23, FlowHandler.FastEoi)]
    [InlineData(23, FlowHandler.FastEoiNmi)]
    [InlineData(1060, FlowHandler.FastEoi)]
    [InlineData(40, FlowHandler.PercpuDevid)]
    [InlineData(40, FlowHandler.PercpuDevidNmi)]
    [InlineData(8200, FlowHandler.PercpuDevid)]
    [InlineData(40, FlowHandler.Level)]
    [InlineData(23, FlowHandler.Edge)]
    public void One_for_another_kind_of_line_is_a_breach(int line, FlowHandler handler) =>
        Assert.Equal([(LawIds.FlowHandler, "Irq.SetHandler")], Breaches(() => Irq.SetHandler(new IntId(line), handler)));

    [Fact]
    public void The_request_that_does_not_fit_is_a_breach() => Assert.Equal([(LawIds.FlowHandler, "Irq.RequestIrq")], Breaches(() =>
    {
        Irq.SetHandler(s_shared, FlowHandler.FastEoiNmi);
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_shared, Handle, IrqRequestFlags.None, "uart"));
    }));

    [Fact]
    public void An_NMI_given_one_that_takes_the_lock_is_a_breach() => Assert.Equal([(LawIds.FlowHandler, "Irq.SetHandler")], Breaches(() =>
    {
        Assert.Equal(Errno.Ok, Irq.RequestNmi(s_shared, Handle, NmiFlags, "uart"));
        Irq.SetHandler(s_shared, FlowHandler.FastEoi);
    }));

    // handle_fasteoi_irq: irqd_irq_disabled() is true of a per-CPU line, enabled or not.
    [Fact]
    public void That_of_shared_lines_never_calls_the_handler_of_a_per_CPU_line() => Misdriven(() =>
    {
        Irq.SetHandler(s_percpu, FlowHandler.FastEoi);
        Irq.RequestPercpuIrq(s_percpu, Count, "timer");
        using (Preemption.Off())
        {
            Irq.EnablePercpuIrq(s_percpu);
        }

        Machine.Current.Gic.Assert(s_percpu, Cpu0);
        Processor.Relax();
        Assert.Equal((0, false), (_handled, ThisCpu.Redistributor[s_percpu].Enabled));
    });

    [Fact]
    public void That_of_per_CPU_lines_is_not_held_off_by_a_disable() => Misdriven(() =>
    {
        Machine.Current.Gic.StateOf(s_shared, Cpu0).Trigger = Trigger.Edge;
        Irq.SetHandler(s_shared, FlowHandler.PercpuDevid);
        Irq.RequestIrq(s_shared, Count, IrqRequestFlags.None, "uart");
        Irq.DisableIrq(s_shared);
        Machine.Current.Gic.Assert(s_shared, Cpu0);
        Processor.Relax();
        Assert.Equal(1, _handled);
    });

    [Theory]
    [InlineData(FlowHandler.Level, EoiMode.DropOnly)]
    [InlineData(FlowHandler.Edge, EoiMode.DropOnly)]
    [InlineData(FlowHandler.Level, EoiMode.DropAndDeactivate)]
    [InlineData(FlowHandler.Edge, EoiMode.DropAndDeactivate)]
    public void Without_an_end_the_line_stays_active_and_the_priority_raised(FlowHandler handler, EoiMode mode) => Misdriven(
        mode == EoiMode.DropOnly ? MachineProfile.GicV3PseudoNmi : MachineProfile.GicV3PseudoNmiGuest,
        () =>
        {
            Machine.Current.Gic.StateOf(s_shared, Cpu0).Trigger = Trigger.Edge;
            Irq.SetHandler(s_shared, handler);
            Irq.RequestIrq(s_shared, Count, IrqRequestFlags.None, "uart");
            Machine.Current.Gic.Assert(s_shared, Cpu0);
            Processor.Relax();
            Assert.Equal((1, mode == EoiMode.DropOnly ? Priority.Idle : Priority.Irq), (_handled, ThisCpu.Interface.RunningPriority));
            Machine.Current.Gic.Assert(s_shared, Cpu0);
            Processor.Relax();
            Assert.Equal(1, _handled);
        });

    [Fact]
    public void In_an_NMI_that_of_shared_lines_takes_the_descriptors_lock() => Misdriven(() =>
    {
        Machine.Current.Gic.StateOf(s_shared, Cpu0).Trigger = Trigger.Edge;
        Irq.RequestNmi(s_shared, Count, NmiFlags, "uart");
        Irq.SetHandler(s_shared, FlowHandler.FastEoi);
        Irq.EnableNmi(s_shared);
        IrqFlags flags = Machine.Current.Irqs[s_shared].Lock.AcquireIrqSave();
        Machine.Current.Gic.Assert(s_shared, Cpu0);
        Exception? stuck = Record.Exception(Processor.Relax);
        Assert.NotNull(stuck);
        Machine.Current.Irqs[s_shared].Lock.ReleaseIrqRestore(flags);
    });

    [Fact]
    public void Bad_irq_ends_the_interrupt_and_calls_nobody() => Run(() =>
    {
        Machine.Current.Gic.StateOf(s_shared, Cpu0).Trigger = Trigger.Edge;
        Irq.RequestIrq(s_shared, Count, IrqRequestFlags.None, "uart");
        Irq.SetHandler(s_shared, FlowHandler.BadIrq);
        Machine.Current.Gic.StateOf(s_shared, Cpu0).Enabled = true;
        Machine.Current.Gic.Assert(s_shared, Cpu0);
        Processor.Relax();
        Assert.Equal((0, Priority.Idle), (_handled, ThisCpu.Interface.RunningPriority));
    });

    [Fact]
    public void In_a_callback_of_a_chip() => Run(() =>
    {
        Irq.SetChip(s_shared, new IrqChip("combiner") { SetType = Swap });
        Irq.SetType(s_shared, Trigger.Edge);
        Assert.Equal(FlowHandler.FastEoi, Machine.Current.Irqs[s_shared].Flow);
    });

    // Nobody refuses it: the breach is reported, and the line is driven so.
    private static void Misdriven(Action body) => Misdriven(MachineProfile.GicV3PseudoNmi, body);

    private static void Misdriven(MachineProfile profile, Action body) => Assert.Equal([LawIds.FlowHandler], Breaches(profile, body).Select(breach => breach.Law).Distinct());

    private static Errno Swap(IntId irq, Trigger trigger)
    {
        Irq.SetHandlerLocked(irq, FlowHandler.FastEoi);
        return Errno.Ok;
    }

    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;

    [RunsIn(Context.HardIrq | Context.PseudoNmi)]
    private IrqReturn Count(IntId irq)
    {
        _handled++;
        return IrqReturn.Handled;
    }
}
