using System.Linq;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class SharedTests
{
    private readonly Shared<int> _cell = new(5);
    private readonly PerCpu<int> _perCpu = new(cpu => cpu.Value * 10);

    [Fact]
    public void Accesses_are_published_with_their_order()
    {
        PlainExecution execution = Run(() =>
        {
            Assert.Equal(5, _cell.Read());
            _cell.WriteOnce(6);
            Assert.Equal(6, _cell.LoadAcquire());
            _cell.StoreRelease(7);
        });
        Assert.Equal(
            [(MachineEventKind.Read, MemoryOrder.Plain), (MachineEventKind.Written, MemoryOrder.Once), (MachineEventKind.Read, MemoryOrder.Acquire), (MachineEventKind.Written, MemoryOrder.Release)],
            execution.Events.Where(happened => happened.Subject == _cell).Select(happened => (happened.Kind, (MemoryOrder)happened.Value)));
        Assert.Equal("_cell", _cell.Name);
    }

    [Fact]
    public void Atomics_return_the_value_before() => Run(() =>
    {
        Assert.Equal(5, _cell.Exchange(6));
        Assert.Equal(6, _cell.CompareExchange(7, expected: 5));
        Assert.Equal(6, _cell.CompareExchange(7, expected: 6));
        Assert.Equal(7, _cell.FetchAdd(3));
        Assert.Equal(10, _cell.Peek);
    });

    [Fact]
    public void An_interrupt_between_the_read_and_the_write_of_a_plain_update_is_lost_and_of_an_atomic_one_is_not() => Run(() =>
    {
        Install(IntId.Sgi(1), _ => { _cell.FetchAdd(100); return IrqReturn.Handled; }, nmi: true);
        _cell.Update(before => { Machine.Current.Gic.SendSgi(IntId.Sgi(1), CpuMask.Of(Cpu0)); return before + 1; });
        Assert.Equal(6, _cell.Peek);
        _cell.AtomicUpdate(before => { Machine.Current.Gic.SendSgi(IntId.Sgi(1), CpuMask.Of(Cpu0)); return before + 1; });
        Processor.Relax();
        Assert.Equal(107, _cell.Peek);
    });

    [Fact]
    public void Each_CPU_has_its_copy() => Run(() =>
    {
        using PreemptOffGuard off = Preemption.Off();
        _perCpu.This.Write(3);
        Assert.Equal(3, _perCpu.On(Cpu0).Peek);
        Assert.Equal(10, _perCpu.On(Cpu1).Read());
        Assert.Same(_perCpu.This, _perCpu.RawThis);
    });

    [Fact]
    public void This_CPU_s_copy_needs_preemption_off() =>
        Assert.Equal([(LawIds.ContextLegal, "PerCpu.This")], Breaches(() => _ = _perCpu.This));
}
