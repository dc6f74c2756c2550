using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class RwLockTests
{
    private readonly RwLock _lock = new();

    public static TheoryData<string, Mask> Flavours => new()
    {
        { "plain", Mask.Preemption },
        { "irq", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "irqsave", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "bh", Mask.Preemption | Mask.SoftIrq },
        { "guard", Mask.Preemption },
        { "irq guard", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "irqsave guard", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "bh guard", Mask.Preemption | Mask.SoftIrq },
        { "try", Mask.Preemption },
        { "try guard", Mask.Preemption },
    };

    [Theory]
    [MemberData(nameof(Flavours))]
    public void A_reader_is_in_and_the_mask_is_as_the_flavour_says(string flavour, Mask whileHeld) => Run(() =>
    {
        Reading(flavour, () =>
        {
            Assert.Equal(whileHeld, ThisCpu.Masked);
            Assert.Same(KernelTask.Current, Assert.Single(_lock.Readers));
            Assert.Null(_lock.Holder);
        });
        AssertFree();
    });

    [Theory]
    [MemberData(nameof(Flavours))]
    public void A_writer_is_in_and_the_mask_is_as_the_flavour_says(string flavour, Mask whileHeld) => Run(() =>
    {
        Writing(flavour, () =>
        {
            Assert.Equal(whileHeld, ThisCpu.Masked);
            Assert.Same(KernelTask.Current, _lock.Holder);
            Assert.Empty(_lock.Readers);
        });
        AssertFree();
    });

    [Fact]
    public void Readers_share_and_keep_writers_out() => Run(() =>
    {
        using LockGuard one = _lock.LockRead();
        using LockGuard two = _lock.LockRead();
        Assert.Equal(2, _lock.Readers.Count);
        Assert.True(_lock.TryLockRead(out LockGuard three));
        three.Dispose();
        Assert.False(_lock.TryAcquireWrite());
        Assert.False(_lock.TryLockWrite(out _));
    });

    [Fact]
    public void A_writer_keeps_everybody_out() => Run(() =>
    {
        using LockGuard writer = _lock.LockWrite();
        Assert.False(_lock.TryAcquireRead());
        Assert.False(_lock.TryAcquireWrite());
    });

    // The deadlock of a queued reader inside a reader, with a writer between.
    [Fact]
    public void A_reader_waits_behind_a_waiting_writer()
    {
        var reached = new List<string>();
        Assert.Throws<WaitNeverEndsException>(() => Run(() => ReadWhileAWriterWaits(() =>
        {
            reached.Add(_lock.TryAcquireRead() ? "try entered" : "try failed");
            _lock.AcquireRead();
            reached.Add("entered");
        })));
        Assert.Equal(["try failed"], reached);
    }

    [Fact]
    public void A_recursive_reader_does_not_wait_behind_a_waiting_writer() => AssertEntersWhileAWriterWaits(() =>
    {
        using LockGuard reader = _lock.LockReadRecursive();
        Assert.Equal(2, _lock.Readers.Count);
    });

    [Fact]
    public void A_reader_with_softirqs_off_does_not_wait_behind_a_waiting_writer() => AssertEntersWhileAWriterWaits(() =>
    {
        using BhLockGuard reader = _lock.LockReadBh();
        Assert.Equal(2, _lock.Readers.Count);
    });

    [Fact]
    public void A_reader_in_a_handler_does_not_wait_behind_a_waiting_writer() => AssertEntersWhileAWriterWaits(() => InHandler(nmi: false, () =>
    {
        using LockGuard reader = _lock.LockRead();
        Assert.Equal(2, _lock.Readers.Count);
    }));

    [Fact]
    public void Who_is_no_reader_does_not_release_as_one()
    {
        MachineBugException bug = Assert.Throws<MachineBugException>(() => Run(() =>
        {
            _lock.AcquireWrite();
            _lock.ReleaseRead();
        }));
        Assert.Contains("as a reader", bug.Message);
    }

    [Fact]
    public void A_reader_does_not_release_as_a_writer() => Assert.Throws<MachineBugException>(() => Run(() =>
    {
        _lock.AcquireRead();
        _lock.ReleaseWrite();
    }));

    [Fact]
    public void In_an_NMI_both_sides_may_have_to_wait() => Assert.Equal(
        [(LawIds.NmiBlockingLock, "RwLock.AcquireRead"), (LawIds.NmiBlockingLock, "RwLock.AcquireWrite")],
        Breaches(() => InHandler(nmi: true, () =>
        {
            _lock.AcquireRead();
            _lock.ReleaseRead();
            _lock.AcquireWrite();
            _lock.ReleaseWrite();
        })));

    [Fact]
    public void An_attempt_is_legal_in_an_NMI() => Assert.Empty(Breaches(() => InHandler(nmi: true, () =>
    {
        Assert.True(_lock.TryAcquireRead());
        _lock.ReleaseRead();
    })));

    [Fact]
    public void The_Bh_flavours_are_not_for_interrupts() => Assert.Contains(
        (LawIds.ContextLegal, "RwLock.AcquireWriteBh"),
        Breaches(() => InHandler(nmi: false, () =>
        {
            _lock.AcquireWriteBh();
            _lock.ReleaseWriteBh();
        })));

    [Fact]
    public void On_a_real_time_build_it_sleeps_and_masks_nothing() => PlainExecution.Run(MachineProfile.GicV3PseudoNmiRealTime, 1, () =>
    {
        using IrqSaveLockGuard writer = _lock.LockWriteIrqSave();
        Assert.Equal(Mask.None, ThisCpu.Masked);
    });

    [Fact]
    public void Events_tell_readers_from_writers()
    {
        PlainExecution execution = Run(() =>
        {
            _lock.AcquireRead();
            _lock.ReleaseRead();
            _lock.AcquireWrite();
            _lock.ReleaseWrite();
        });
        Assert.Equal(["reader", ""], execution.Texts(MachineEventKind.LockAcquired));
        Assert.Equal(["reader", ""], execution.Texts(MachineEventKind.LockWanted));
    }

    private void AssertEntersWhileAWriterWaits(System.Action enter)
    {
        bool entered = false;
        Assert.Throws<WaitNeverEndsException>(() => Run(() => ReadWhileAWriterWaits(() =>
        {
            enter();
            entered = true;
        })));
        Assert.True(entered);
    }

    // The first task reads for ever; a writer then waits, and only after that the second reader runs. A run in program order cannot go back to the first.
    private void ReadWhileAWriterWaits(System.Action secondReader)
    {
        _lock.AcquireRead();
        Preemption.Enable(); // so that it may wait
        Machine machine = Machine.Current;
        machine.AddTask("writer", Cpu1, () => _lock.AcquireWrite());
        machine.AddTask("second reader", Cpu0, secondReader);
        new Completion().Wait();
    }

    private void AssertFree()
    {
        Assert.False(_lock.IsHeld);
        Assert.Equal(Mask.None, ThisCpu.Masked);
    }

    private void Reading(string flavour, System.Action inside)
    {
        switch (flavour)
        {
            case "plain":
                _lock.AcquireRead();
                inside();
                _lock.ReleaseRead();
                break;
            case "irq":
                _lock.AcquireReadIrq();
                inside();
                _lock.ReleaseReadIrq();
                break;
            case "irqsave":
                IrqFlags flags = _lock.AcquireReadIrqSave();
                inside();
                _lock.ReleaseReadIrqRestore(flags);
                break;
            case "bh":
                _lock.AcquireReadBh();
                inside();
                _lock.ReleaseReadBh();
                break;
            case "guard":
                using (_lock.LockRead())
                {
                    inside();
                }

                break;
            case "irq guard":
                using (_lock.LockReadIrq())
                {
                    inside();
                }

                break;
            case "irqsave guard":
                using (_lock.LockReadIrqSave())
                {
                    inside();
                }

                break;
            case "bh guard":
                using (_lock.LockReadBh())
                {
                    inside();
                }

                break;
            case "try":
                Assert.True(_lock.TryAcquireRead());
                inside();
                _lock.ReleaseRead();
                break;
            default:
                Assert.True(_lock.TryLockRead(out LockGuard guard));
                inside();
                guard.Dispose();
                break;
        }
    }

    private void Writing(string flavour, System.Action inside)
    {
        switch (flavour)
        {
            case "plain":
                _lock.AcquireWrite();
                inside();
                _lock.ReleaseWrite();
                break;
            case "irq":
                _lock.AcquireWriteIrq();
                inside();
                _lock.ReleaseWriteIrq();
                break;
            case "irqsave":
                IrqFlags flags = _lock.AcquireWriteIrqSave();
                inside();
                _lock.ReleaseWriteIrqRestore(flags);
                break;
            case "bh":
                _lock.AcquireWriteBh();
                inside();
                _lock.ReleaseWriteBh();
                break;
            case "guard":
                using (_lock.LockWrite())
                {
                    inside();
                }

                break;
            case "irq guard":
                using (_lock.LockWriteIrq())
                {
                    inside();
                }

                break;
            case "irqsave guard":
                using (_lock.LockWriteIrqSave())
                {
                    inside();
                }

                break;
            case "bh guard":
                using (_lock.LockWriteBh())
                {
                    inside();
                }

                break;
            case "try":
                Assert.True(_lock.TryAcquireWrite());
                inside();
                _lock.ReleaseWrite();
                break;
            default:
                Assert.True(_lock.TryLockWrite(out LockGuard guard));
                inside();
                guard.Dispose();
                break;
        }
    }
}
