using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class SeqLockTests
{
    private readonly SeqLock _lock = new();

    [Fact]
    public void A_reader_reads_again_after_a_writer() => Run(() =>
    {
        uint before = _lock.ReadBegin();
        Assert.False(_lock.ReadRetry(before));
        using (_lock.LockWrite())
        {
            Assert.True(_lock.ReadRetry(before));
            Assert.Equal(1u, _lock.Sequence % 2);
        }

        Assert.True(_lock.ReadRetry(before));
        Assert.False(_lock.ReadRetry(_lock.ReadBegin()));
    });

    [Fact]
    public void A_reader_that_interrupts_the_writer_waits_for_ever()
    {
        WaitNeverEndsException stuck = Assert.Throws<WaitNeverEndsException>(() => Run(() =>
        {
            Install(IntId.Sgi(8), irq => { _lock.ReadBegin(); return IrqReturn.Handled; }, nmi: false);
            using LockGuard writer = _lock.LockWrite();
            Raise(IntId.Sgi(8));
        }));
        Assert.Contains("SeqLock.ReadBegin", stuck.Message);
    }

    [Fact]
    public void In_an_NMI_a_reader_may_have_to_wait() =>
        Assert.Equal([(LawIds.NmiBlockingLock, "SeqLock.ReadBegin")], Breaches(() => InHandler(nmi: true, () => _lock.ReadBegin())));

    [Fact]
    public void The_writers_flavours_mask_as_they_say() => Run(() =>
    {
        _lock.AcquireWriteIrq();
        Assert.True(LocalIrq.IrqsDisabled());
        _lock.ReleaseWriteIrq();
        _lock.AcquireWriteBh();
        Assert.Equal(Mask.Preemption | Mask.SoftIrq, ThisCpu.Masked);
        _lock.ReleaseWriteBh();
        IrqFlags flags = _lock.AcquireWriteIrqSave();
        Assert.True(LocalIrq.IrqsDisabled());
        _lock.ReleaseWriteIrqRestore(flags);
        Assert.Equal(Mask.None, ThisCpu.Masked);
        Assert.Equal(6u, _lock.Sequence);
    });
}
