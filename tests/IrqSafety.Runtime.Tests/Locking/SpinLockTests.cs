using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Xunit;
using static IrqSafety.Runtime.Tests.Simulated;

namespace IrqSafety.Runtime.Tests;

public sealed class SpinLockTests
{
    private readonly RawSpinLock _raw = new();
    private readonly SpinLock _spin = new("named");

    /// <summary>Each flavour as (take, give back, mask while held).</summary>
    public static TheoryData<string, Mask> Flavours => new()
    {
        { "plain", Mask.Preemption },
        { "irq", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "irqsave", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "guard", Mask.Preemption },
        { "irq guard", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "irqsave guard", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "try", Mask.Preemption },
        { "try irqsave", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "try guard", Mask.Preemption },
        { "try irqsave guard", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "try irq", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
        { "try irq guard", Mask.Preemption | Mask.SoftIrq | Mask.Irq },
    };

    [Fact]
    public void A_lock_is_named_after_its_field_or_as_given()
    {
        Assert.Equal("_raw", _raw.Name);
        Assert.Equal("named", _spin.Name);
        Assert.Equal(new LockClass("F:IrqSafety.Runtime.Tests.SpinLockTests._spin", LockKind.Spin), _spin.Class);
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public void A_raw_lock_is_held_and_the_mask_is_as_the_flavour_says(string flavour, Mask whileHeld) => Run(() =>
    {
        Mask seen = Mask.None;
        bool held = false;
        Within(flavour, () =>
        {
            seen = ThisCpu.Masked;
            held = _raw.IsHeld && _raw.Holder == KernelTask.Current;
        });
        Assert.True(held);
        Assert.Equal(whileHeld, seen);
        Assert.False(_raw.IsHeld);
        Assert.Equal(Mask.None, ThisCpu.Masked);
    });

    [Theory]
    [MemberData(nameof(Flavours))]
    public void A_spin_lock_keeps_nothing_masked_on_a_real_time_build(string flavour, Mask ignored)
    {
        Assert.NotEqual(Mask.None, ignored);
        PlainExecution.Run(MachineProfile.GicV3PseudoNmiRealTime, 1, () =>
        {
            Mask seen = Mask.Irq;
            WithinSpin(flavour, () => seen = ThisCpu.Masked);
            Assert.Equal(Mask.None, seen);
        });
    }

    [Theory]
    [MemberData(nameof(Flavours))]
    public void A_spin_lock_is_as_a_raw_lock_otherwise(string flavour, Mask whileHeld) => Run(() =>
    {
        Mask seen = Mask.None;
        WithinSpin(flavour, () => seen = ThisCpu.Masked);
        Assert.Equal(whileHeld, seen);
        Assert.Equal(Mask.None, ThisCpu.Masked);
    });

    [Fact]
    public void Unlock_irq_unmasks_whatever_was_before_and_irqrestore_does_not() => Run(() =>
    {
        LocalIrq.Disable();
        IrqFlags flags = _raw.AcquireIrqSave();
        _raw.ReleaseIrqRestore(flags);
        Assert.True(LocalIrq.IrqsDisabled());
        _raw.AcquireIrq();
        _raw.ReleaseIrq();
        Assert.False(LocalIrq.IrqsDisabled());
    });

    [Fact]
    public void A_failed_try_changes_nothing() => Run(() =>
    {
        _raw.Acquire();
        PreemptCount before = ThisCpu.State.PreemptCount;
        Assert.False(_raw.TryAcquire());
        Assert.False(_raw.TryAcquireIrqSave(out _));
        Assert.False(_raw.TryLock(out LockGuard guard));
        guard.Dispose();
        Assert.False(_raw.TryLockIrqSave(out IrqSaveLockGuard irqGuard));
        irqGuard.Dispose();
        Assert.Equal(before, ThisCpu.State.PreemptCount);
        Assert.False(LocalIrq.IrqsDisabled());
        _raw.Release();
    });

    [Fact]
    public void Taking_it_twice_waits_for_ever()
    {
        WaitNeverEndsException stuck = Assert.Throws<WaitNeverEndsException>(() => Run(() =>
        {
            _raw.Acquire();
            _raw.Acquire();
        }));
        Assert.Contains("_raw", stuck.Message, StringComparison.Ordinal);
        Assert.Contains("main", stuck.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_that_wants_the_lock_of_the_code_it_interrupted_waits_for_ever() =>
        Assert.Throws<WaitNeverEndsException>(() => Run(() =>
        {
            Install(IntId.Sgi(1), _ => { using LockGuard guard = _raw.Lock(); return IrqReturn.Handled; }, nmi: false);
            using LockGuard held = _raw.Lock();
            Raise(IntId.Sgi(1));
        }));

    [Fact]
    public void Releasing_what_nobody_holds_is_a_bug() => Assert.Throws<MachineBugException>(() => Run(_raw.Release));

    [Fact]
    public void A_spin_lock_in_an_NMI_breaks_the_law_and_a_raw_one_of_its_own_does_not()
    {
        IReadOnlyList<(string, string)> breaches = Breaches(() => InHandler(nmi: true, () =>
        {
            using (_raw.Lock())
            {
            }

            using (_spin.Lock())
            {
            }
        }));
        Assert.Equal([(LawIds.NmiBlockingLock, "SpinLock.Lock")], breaches);
    }

    [Fact]
    public void On_a_real_time_build_a_spin_lock_under_a_raw_lock_sleeps_in_atomic()
    {
        IReadOnlyList<(string, string)> breaches = Breaches(MachineProfile.GicV3PseudoNmiRealTime, () =>
        {
            using LockGuard outer = _raw.Lock();
            _spin.Acquire();
            _spin.Release();
        });
        Assert.Equal([(LawIds.AtomicSleep, "SpinLock.Acquire")], breaches);
    }

    [Fact]
    public void The_wish_is_published_before_the_lock_is_taken()
    {
        PlainExecution execution = Run(() =>
        {
            _raw.Acquire();
            _raw.Release();
            Assert.True(_raw.TryAcquire());
            _raw.Release();
        });
        MachineEventKind[] kinds = [MachineEventKind.LockWanted, MachineEventKind.LockAcquired, MachineEventKind.LockReleased];
        Assert.Equal(
            [(MachineEventKind.LockWanted, 0L), (MachineEventKind.LockAcquired, 0L), (MachineEventKind.LockReleased, 0L), (MachineEventKind.LockAcquired, 1L), (MachineEventKind.LockReleased, 0L)],
            execution.Events.Where(happened => kinds.Contains(happened.Kind)).Select(happened => (happened.Kind, happened.Value)));
    }

    [Fact]
    public void A_waiter_goes_on_when_the_holder_on_another_CPU_releases()
    {
        var execution = new PlainExecution();
        var machine = new Machine(MachineProfile.GicV3PseudoNmi, 2, execution);
        var order = new List<string>();
        var released = new Completion();
        machine.AddTask("holder", Cpu0, () =>
        {
            IrqFlags flags = _raw.AcquireIrqSave();
            order.Add("held");
            _raw.ReleaseIrqRestore(flags);
            released.Complete();
        });
        machine.AddTask("waiter", Cpu1, () =>
        {
            released.Wait();
            using LockGuard guard = _raw.Lock();
            order.Add("taken");
        });
        execution.Run(machine);
        Assert.Equal(["held", "taken"], order);
    }

    [Fact]
    public void A_try_form_with_softirqs_off_puts_them_back_on_failure() => Run(() =>
    {
        _raw.AcquireBh();
        Assert.False(_raw.TryAcquireBh());
        Assert.False(_raw.TryLockBh(out BhLockGuard none));
        none.Dispose();
        _raw.ReleaseBh();
        Assert.Equal(Mask.None, ThisCpu.Masked);
        Assert.True(_raw.TryLockBh(out BhLockGuard held));
        Assert.Equal(Mask.SoftIrq, ThisCpu.Masked & Mask.SoftIrq);
        held.Dispose();
        Assert.Equal(Mask.None, ThisCpu.Masked);
    });

    [Fact]
    public void A_try_form_that_masks_unmasks_on_failure_whatever_the_state_before() => Run(() =>
    {
        _raw.AcquireIrq();
        Assert.False(_raw.TryAcquireIrq());
        Assert.Equal(Mask.Preemption, ThisCpu.Masked);
        _raw.Release();
    });

    [Fact]
    public void A_guard_is_ended_once_however_it_was_copied_and_its_default_value_ends_nothing()
    {
        Assert.Equal([(LawIds.LockUnheldRelease, "LockGuard.Dispose")], Breaches(() =>
        {
            LockGuard none = default;
            none.Dispose();
            LockGuard held = _raw.Lock();
            held.Dispose();
            held.Dispose();
        }));
        Assert.Equal([(LawIds.LockUnheldRelease, "LockGuard.Dispose")], Breaches(() =>
        {
            using LockGuard held = _raw.Lock();
            held.Dispose();
        }));
    }

    private void Within(string flavour, Action body)
    {
        switch (flavour)
        {
            case "plain":
                _raw.Acquire();
                body();
                _raw.Release();
                break;
            case "irq":
                _raw.AcquireIrq();
                body();
                _raw.ReleaseIrq();
                break;
            case "irqsave":
                IrqFlags flags = _raw.AcquireIrqSave();
                body();
                _raw.ReleaseIrqRestore(flags);
                break;
            case "guard":
                using (_raw.Lock())
                {
                    body();
                }

                break;
            case "irq guard":
                using (_raw.LockIrq())
                {
                    body();
                }

                break;
            case "irqsave guard":
                using (_raw.LockIrqSave())
                {
                    body();
                }

                break;
            case "try":
                Assert.True(_raw.TryAcquire());
                body();
                _raw.Release();
                break;
            case "try irqsave":
                Assert.True(_raw.TryAcquireIrqSave(out IrqFlags tried));
                body();
                _raw.ReleaseIrqRestore(tried);
                break;
            case "try guard":
                Assert.True(_raw.TryLock(out LockGuard guard));
                body();
                guard.Dispose();
                break;
            case "try irqsave guard":
                Assert.True(_raw.TryLockIrqSave(out IrqSaveLockGuard irqGuard));
                body();
                irqGuard.Dispose();
                break;
            case "try irq":
                Assert.True(_raw.TryAcquireIrq());
                body();
                _raw.ReleaseIrq();
                break;
            case "try irq guard":
                Assert.True(_raw.TryLockIrq(out IrqLockGuard unmasking));
                body();
                unmasking.Dispose();
                break;
        }
    }

    private void WithinSpin(string flavour, Action body)
    {
        switch (flavour)
        {
            case "plain":
                _spin.Acquire();
                body();
                _spin.Release();
                break;
            case "irq":
                _spin.AcquireIrq();
                body();
                _spin.ReleaseIrq();
                break;
            case "irqsave":
                IrqFlags flags = _spin.AcquireIrqSave();
                body();
                _spin.ReleaseIrqRestore(flags);
                break;
            case "guard":
                using (_spin.Lock())
                {
                    body();
                }

                break;
            case "irq guard":
                using (_spin.LockIrq())
                {
                    body();
                }

                break;
            case "irqsave guard":
                using (_spin.LockIrqSave())
                {
                    body();
                }

                break;
            case "try":
                Assert.True(_spin.TryAcquire());
                body();
                _spin.Release();
                break;
            case "try irqsave":
                Assert.True(_spin.TryAcquireIrqSave(out IrqFlags tried));
                body();
                _spin.ReleaseIrqRestore(tried);
                break;
            case "try guard":
                Assert.True(_spin.TryLock(out LockGuard guard));
                body();
                guard.Dispose();
                break;
            case "try irqsave guard":
                Assert.True(_spin.TryLockIrqSave(out IrqSaveLockGuard irqGuard));
                body();
                irqGuard.Dispose();
                break;
            case "try irq":
                Assert.True(_spin.TryAcquireIrq());
                body();
                _spin.ReleaseIrq();
                break;
            case "try irq guard":
                Assert.True(_spin.TryLockIrq(out IrqLockGuard unmasking));
                body();
                unmasking.Dispose();
                break;
        }
    }
}
