using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

/// <summary>Lock classes that keep nobody out: reclaim, softirqs off, the hotplug lock's readers.</summary>
public sealed class ScopeTests
{
    [Fact]
    public void Softirqs_are_off_until_the_outermost_enable() => Run(() =>
    {
        BottomHalves.Disable();
        using (BottomHalves.Off())
        {
            Assert.Equal(Mask.Preemption | Mask.SoftIrq, ThisCpu.Masked);
        }

        Assert.Equal(Mask.Preemption | Mask.SoftIrq, ThisCpu.Masked);
        BottomHalves.Enable();
        Assert.Equal(Mask.None, ThisCpu.Masked);
    });

    [Fact]
    public void Enabling_softirqs_with_interrupts_off_is_illegal() => Assert.Equal([(LawIds.ContextLegal, "BottomHalves.Enable")], Breaches(() =>
    {
        BottomHalves.Disable();
        LocalIrq.Disable();
        BottomHalves.Enable();
        LocalIrq.Enable();
    }));

    [Fact]
    public void Enabling_more_often_than_disabling_is_a_bug() => Assert.Throws<MachineBugException>(() => Run(BottomHalves.Enable));

    [Fact]
    public void Reclaim_is_entered_only_where_the_filesystem_may_be() => Assert.Equal(1, Entries(Gfp.Kernel) + Entries(Gfp.NoFs) + Entries(Gfp.Atomic));

    [Fact]
    public void In_a_nofs_scope_no_allocation_enters_it()
    {
        Assert.Equal(0, Count(Run(() =>
        {
            using (Reclaim.Nofs())
            {
                NofsFlags flags = Reclaim.NofsSave();
                Reclaim.NofsRestore(flags);
                Reclaim.MightAllocate(Gfp.Kernel);
            }
        })));
        Assert.Equal(1, Count(Run(() =>
        {
            Reclaim.NofsRestore(Reclaim.NofsSave());
            Reclaim.Begin(Gfp.Kernel);
            Reclaim.End(Gfp.Kernel);
        })));
    }

    [Fact]
    public void An_allocation_that_may_wait_is_not_for_atomic_code() => Assert.Equal([(LawIds.AtomicSleep, "Reclaim.MightAllocate")], Breaches(() =>
    {
        using PreemptOffGuard off = Preemption.Off();
        Reclaim.MightAllocate(Gfp.Atomic);
        Reclaim.MightAllocate(Gfp.NoFs);
    }));

    [Fact]
    public void Readers_of_the_hotplug_lock_keep_CPUs_from_going() => Assert.Throws<WaitNeverEndsException>(() => Run(() =>
    {
        CpusLock.AcquireRead();
        Assert.True(CpusLock.TryAcquireRead());
        CpusLock.ReleaseRead();
        CpuHotplug.TakeDown(Cpu1);
    }));

    [Fact]
    public void Without_readers_CPUs_come_and_go() => Run(() =>
    {
        using (CpusLock.LockRead())
        {
            Assert.True(CpusLock.TryAcquireRead());
            CpusLock.ReleaseRead();
        }

        Assert.Equal(Errno.Ok, CpuHotplug.TakeDown(Cpu1));
    });

    [Fact]
    public void A_starting_callback_must_not_take_the_hotplug_lock() => Assert.Throws<ContractBreachException>(() => Run(() =>
        CpuHotplug.SetupState("test", _ => CpusLock.AcquireRead(), teardown: null)));

    private static int Entries(Gfp gfp) => Count(Run(() => Reclaim.MightAllocate(gfp)));

    private static int Count(PlainExecution execution) => execution.Events.Count(happened =>
        happened is { Kind: MachineEventKind.LockAcquired, Subject: KernelLock { Class.Kind: LockKind.Reclaim } });
}
