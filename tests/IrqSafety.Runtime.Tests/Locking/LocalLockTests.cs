using IrqSafety.Contracts;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class LocalLockTests
{
    private readonly LocalLock _lock = new();

    [Fact]
    public void It_turns_off_what_its_flavour_says() => Run(() =>
    {
        using (_lock.Lock())
        {
            Assert.Equal(Mask.Preemption, ThisCpu.Masked);
        }

        using (_lock.LockIrqSave())
        {
            Assert.True(LocalIrq.IrqsDisabled());
        }

        _lock.AcquireIrq();
        Assert.True(LocalIrq.IrqsDisabled());
        _lock.ReleaseIrq();
        Assert.Equal(Mask.None, ThisCpu.Masked);
        Assert.False(_lock.IsHeld);
    });

    [Fact]
    public void Each_CPU_has_its_own() => Run(() =>
    {
        bool other = false;
        Machine machine = Machine.Current;
        machine.AddTask("other", Cpu1, () =>
        {
            using LockGuard guard = _lock.Lock();
            other = _lock.IsHeldOn(Cpu0) && _lock.IsHeldOn(Cpu1);
        });
        _lock.Acquire();
        machine.Execution.Wait(new WaitFor(WaitStyle.Spin, Operation.Of(typeof(LocalLock), nameof(LocalLock.Acquire)), _lock, () => other));
        Assert.True(other);
        Assert.True(_lock.IsHeldOn(Cpu0));
        Assert.False(_lock.IsHeldOn(Cpu1));
        _lock.Release();
    });

    [Fact]
    public void A_handler_does_not_wait_for_the_code_it_interrupted_but_is_in_its_region()
    {
        MachineBugException bug = Assert.Throws<MachineBugException>(() => Run(() =>
        {
            Install(IntId.Sgi(8), _ => { _lock.Acquire(); return IrqReturn.Handled; }, nmi: false);
            using LockGuard guard = _lock.Lock();
            Raise(IntId.Sgi(8));
        }));
        Assert.Contains("taken twice", bug.Message);
    }

    [Fact]
    public void On_a_real_time_build_it_is_a_sleeping_lock() => PlainExecution.Run(MachineProfile.GicV3PseudoNmiRealTime, 1, () =>
    {
        using IrqLockGuard guard = _lock.LockIrq();
        Assert.Equal(Mask.None, ThisCpu.Masked);
        Assert.True(_lock.IsHeldOn(Cpu0));
    });
}
