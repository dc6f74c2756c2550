using System.Collections.Generic;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class SharedLineTests
{
    private const IrqRequestFlags NmiFlags = IrqRequestFlags.PerCpu | IrqRequestFlags.NoAutoEnable;
    private static readonly IntId s_line = IntId.Spi(8);

    private static InterruptState Line => Machine.Current.Gic.Distributor[s_line];

    [Fact]
    public void The_whole_life_of_an_NMI_line() => Run(() =>
    {
        int count = 0;
        Line.Trigger = Trigger.Edge;
        Assert.Equal(Errno.Ok, Irq.RequestNmi(s_line, _ => { count++; Assert.True(Processor.InNmi); return IrqReturn.Handled; }, NmiFlags, "pmu"));
        Assert.Equal((false, Priority.Nmi), (Line.Enabled, Machine.Current.Gic.ReadPriority(s_line, new CpuId(0))));
        Irq.EnableNmi(s_line);
        LocalIrq.Disable();
        Machine.Current.Gic.Assert(s_line, Cpu0);
        Processor.Relax();
        Assert.Equal(1, count);
        LocalIrq.Enable();
        Irq.DisableNmiNosync(s_line);
        Irq.FreeNmi(s_line);
        Assert.Equal((false, Priority.Irq), (Line.Enabled, Machine.Current.Gic.ReadPriority(s_line, new CpuId(0))));
    });

    [Theory]
    [InlineData(IrqRequestFlags.NoAutoEnable)]
    [InlineData(IrqRequestFlags.PerCpu)]
    [InlineData(NmiFlags | IrqRequestFlags.Shared)]
    [InlineData(NmiFlags | IrqRequestFlags.CondSuspend)]
    [InlineData(NmiFlags | IrqRequestFlags.IrqPoll)]
    public void Flags_that_an_NMI_line_cannot_have_are_refused(IrqRequestFlags flags) =>
        Assert.Equal([(LawIds.NmiRequestConstraint, "Irq.RequestNmi")], Breaches(() =>
            Assert.Equal(Errno.EINVAL, Irq.RequestNmi(s_line, Handle, flags, "pmu"))));

    [Theory]
    [InlineData(23)]
    [InlineData(1056)]
    [InlineData(1119)]
    public void A_per_CPU_line_is_refused(int ppi) =>
        Assert.Equal([(LawIds.NmiRequestConstraint, "Irq.RequestNmi")], Breaches(() =>
            Assert.Equal(Errno.EINVAL, Irq.RequestNmi(new IntId(ppi), Handle, NmiFlags, "pmu"))));

    [Theory]
    [InlineData(4096)]
    [InlineData(5119)]
    public void An_extended_shared_line_is_taken(int spi) =>
        Assert.Empty(Breaches(() => Assert.Equal(Errno.Ok, Irq.RequestNmi(new IntId(spi), Handle, NmiFlags, "pmu"))));

    [Fact]
    public void Without_priority_masking_it_is_refused_without_a_breach() =>
        Assert.Empty(Breaches(MachineProfile.GicV3Irq, () => Assert.Equal(Errno.EINVAL, Irq.RequestNmi(s_line, Handle, NmiFlags, "pmu"))));

    [Fact]
    public void A_line_enabled_at_the_GIC_cannot_become_an_NMI() => Run(() =>
    {
        Line.Enabled = true;
        Assert.Equal(Errno.EINVAL, Irq.RequestNmi(s_line, Handle, NmiFlags, "pmu"));
    });

    [Fact]
    public void A_request_enables_the_line_unless_told_not_to() => Run(() =>
    {
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_line, Handle, IrqRequestFlags.None, "uart"));
        Assert.True(Line.Enabled);
        Irq.FreeIrq(s_line);
        Assert.False(Line.Enabled);
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_line, Handle, IrqRequestFlags.NoAutoEnable, "uart"));
        Assert.False(Line.Enabled);
        Irq.EnableIrq(s_line);
        Assert.True(Line.Enabled);
    });

    [Fact]
    public void Sharing_needs_both_to_agree() => Run(() =>
    {
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_line, Handle, IrqRequestFlags.Shared, "first"));
        Assert.Equal(Errno.EBUSY, Irq.RequestIrq(s_line, Handle, IrqRequestFlags.None, "second"));
        Assert.Equal(Errno.Ok, Irq.RequestIrq(s_line, Handle, IrqRequestFlags.Shared, "third"));
        Assert.Equal(2, Machine.Current.Irqs[s_line].Actions.Count);
    });

    [Fact]
    public void Disables_nest_and_what_arrived_meanwhile_is_replayed() => Run(() =>
    {
        int count = 0;
        Line.Trigger = Trigger.Edge;
        Irq.RequestIrq(s_line, _ => { count++; return IrqReturn.Handled; }, IrqRequestFlags.None, "uart");
        Irq.DisableIrqNosync(s_line);
        Irq.DisableIrq(s_line);
        Machine.Current.Gic.Assert(s_line, Cpu0);
        Processor.Relax();
        Assert.Equal(0, count);
        Irq.EnableIrq(s_line);
        Processor.Relax();
        Assert.Equal(0, count);
        Irq.EnableIrq(s_line);
        Processor.Relax();
        Assert.Equal(1, count);
    });

    [Fact]
    public void Disabling_and_waiting_in_the_handler_itself_is_reported_and_never_ends() =>
        Assert.Throws<WaitNeverEndsException>(() => Breaches(() =>
        {
            Line.Trigger = Trigger.Edge;
            Irq.RequestIrq(s_line, _ => { Irq.DisableIrq(s_line); return IrqReturn.Handled; }, IrqRequestFlags.None, "uart");
            Machine.Current.Gic.Assert(s_line, Cpu0);
            Processor.Relax();
        }));

    [Fact]
    public void The_calls_of_the_other_flavour_break_the_law()
    {
        IReadOnlyList<(string, string)> breaches = Breaches(() =>
        {
            Irq.RequestNmi(s_line, Handle, NmiFlags, "pmu");
            Irq.EnableIrq(s_line);
            Irq.DisableIrqNosync(s_line);
            Irq.FreeIrq(s_line);
            Assert.True(Machine.Current.Irqs[s_line].IsNmi);
        });
        Assert.Equal([(LawIds.LineFlavour, "Irq.EnableIrq"), (LawIds.LineFlavour, "Irq.DisableIrqNosync"), (LawIds.LineFlavour, "Irq.FreeIrq")], breaches);
    }

    [Fact]
    public void Freeing_an_enabled_NMI_is_out_of_order() =>
        Assert.Equal([(LawIds.LineProtocol, "Irq.FreeNmi")], Breaches(() =>
        {
            Irq.RequestNmi(s_line, Handle, NmiFlags, "pmu");
            Irq.EnableNmi(s_line);
            Irq.FreeNmi(s_line);
        }));

    [Fact]
    public void Affinity_moves_an_ordinary_line_and_not_an_NMI() => Assert.Equal([(LawIds.LineProtocol, "Irq.SetAffinity")], Breaches(() =>
    {
        Assert.Equal(Errno.Ok, Irq.SetAffinity(s_line, Cpu1));
        Assert.Equal(Cpu1, Line.Target);
        Assert.Equal(Errno.EINVAL, Irq.SetAffinity(s_line, new CpuId(7)));
        Irq.RequestNmi(s_line, Handle, NmiFlags, "pmu");
        Assert.Equal(Errno.EINVAL, Irq.SetAffinity(s_line, Cpu0));
        Assert.Equal(Cpu1, Line.Target);
    }));

    // irq_migrate_all_off_this_cpu() passes over what is IRQD_PER_CPU.
    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 0)]
    public void A_CPU_that_goes_leaves_its_NMI_behind_and_gives_its_ordinary_lines_away(bool nmi, int target) => Run(() =>
    {
        Assert.Equal(Errno.Ok, Irq.SetAffinity(s_line, Cpu1));
        Assert.Equal(Errno.Ok, nmi ? Irq.RequestNmi(s_line, Handle, NmiFlags, "uart") : Irq.RequestIrq(s_line, Handle, IrqRequestFlags.None, "uart"));
        Assert.Equal(Errno.Ok, CpuHotplug.TakeDown(Cpu1));
        Assert.Equal(new CpuId(target), Line.Target);
    });

    private static IrqReturn Handle(IntId irq) => irq == s_line ? IrqReturn.Handled : IrqReturn.None;
}
