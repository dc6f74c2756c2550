using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0106WrongFlavourTests
{
    [Fact]
    public Task Reported_for_an_irq_exit_where_interrupts_are_off_outside() => Verify.Reported("IRQ0106", """
        class Vgic
        {
            private readonly RawSpinLock listLock = new();
            private readonly RawSpinLock irqLock = new();

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                listLock.AcquireIrq();
                [|listLock.ReleaseIrq()|];
            }

            [RunsIn(Context.HardIrq)]
            private void OnIrqWithGuard()
            {
                using ([|listLock.LockIrq()|])
                {
                }
            }

            public void Fold()
            {
                IrqFlags flags = listLock.AcquireIrqSave();
                irqLock.AcquireIrq();
                [|irqLock.ReleaseIrq()|];
                listLock.ReleaseIrqRestore(flags);
            }

            [RequiresMasked(Mask.Irq)]
            public void Locked()
            {
                using IrqLockGuard held = [|irqLock.LockIrq()|];
            }
        }
        """,
        "'RawSpinLock.ReleaseIrq' unmasks interrupts when 'Vgic.listLock' is released, but they are off before it is taken. Save the state when it is taken and restore that.",
        "'RawSpinLock.LockIrq' unmasks interrupts when 'Vgic.listLock' is released, but they are off before it is taken. Save the state when it is taken and restore that.",
        "'RawSpinLock.ReleaseIrq' unmasks interrupts when 'Vgic.irqLock' is released, but they are off before it is taken. Save the state when it is taken and restore that.",
        "'RawSpinLock.LockIrq' unmasks interrupts when 'Vgic.irqLock' is released, but they are off before it is taken. Save the state when it is taken and restore that.");

    [Fact]
    public Task Reported_through_calls() => Verify.Reported("IRQ0106", """
        class Its
        {
            private readonly RawSpinLock cmdLock = new();
            private readonly RawSpinLock mapLock = new();

            public void Send()
            {
                using (cmdLock.LockIrqSave())
                {
                    Map();
                }
            }

            private void Map()
            {
                mapLock.AcquireIrq();
                [|mapLock.ReleaseIrq()|];
            }
        }
        """,
        "'RawSpinLock.ReleaseIrq' unmasks interrupts when 'Its.mapLock' is released, but they are off before it is taken, reached via Send → Map. Save the state when it is taken and restore that.");

    [Fact]
    public Task Reported_where_what_was_saved_is_not_restored() => Verify.Reported("IRQ0106", """
        class Lpi
        {
            private readonly SpinLock tableLock = new();

            public void Drop()
            {
                IrqFlags flags = tableLock.AcquireIrqSave();
                [|tableLock.ReleaseIrq()|];
            }

            public void Leave()
            {
                IrqFlags flags = tableLock.AcquireIrqSave();
                [|tableLock.Release()|];
            }

            public void LeaveOnOnePath(bool early)
            {
                tableLock.AcquireIrq();
                if (early)
                {
                    [|tableLock.Release()|];
                    return;
                }

                tableLock.ReleaseIrq();
            }

            public void Untaken()
            {
                tableLock.Acquire();
                [|tableLock.ReleaseIrq()|];
            }
        }
        """,
        "'SpinLock.ReleaseIrq' unmasks interrupts when 'Lpi.tableLock' is released, but 'SpinLock.AcquireIrqSave' saved the state before, in which they may be off. Restore what was saved.",
        "'SpinLock.Release' releases 'Lpi.tableLock' and leaves interrupts off, which 'SpinLock.AcquireIrqSave' turned off. Release it in the flavour it was taken in.",
        "'SpinLock.Release' releases 'Lpi.tableLock' and leaves interrupts off, which 'SpinLock.AcquireIrq' turned off. Release it in the flavour it was taken in.",
        "'SpinLock.ReleaseIrq' turns interrupts on when 'Lpi.tableLock' is released, but 'SpinLock.Acquire' did not turn them off. Release it in the flavour it was taken in.");

    [Fact]
    public Task Reported_for_softirqs_and_for_readers() => Verify.Reported("IRQ0106", """
        class Net
        {
            private readonly SpinLock rxLock = new();
            private readonly RwLock mapLock = new();

            public void Bh()
            {
                rxLock.AcquireBh();
                [|rxLock.Release()|];
            }

            public void On()
            {
                rxLock.Acquire();
                [|rxLock.ReleaseBh()|];
            }

            public void Readers()
            {
                mapLock.AcquireReadIrq();
                [|mapLock.ReleaseRead()|];
            }
        }
        """,
        "'SpinLock.Release' releases 'Net.rxLock' and leaves softirqs off, which 'SpinLock.AcquireBh' turned off. Release it in the flavour it was taken in.",
        "'SpinLock.ReleaseBh' turns softirqs on when 'Net.rxLock' is released, but 'SpinLock.Acquire' did not turn them off. Release it in the flavour it was taken in.",
        "'RwLock.ReleaseRead' releases 'Net.mapLock' and leaves interrupts off, which 'RwLock.AcquireReadIrq' turned off. Release it in the flavour it was taken in.");

    [Fact]
    public Task Reported_where_the_flags_of_the_outer_lock_are_restored_first() => Verify.Reported("IRQ0106", """
        class Crossed
        {
            private readonly RawSpinLock outerLock = new();
            private readonly RawSpinLock innerLock = new();

            public void Run()
            {
                IrqFlags outer = outerLock.AcquireIrqSave();
                IrqFlags inner = innerLock.AcquireIrqSave();
                [|innerLock.ReleaseIrqRestore(outer)|];
                outerLock.ReleaseIrqRestore(inner);
            }

            public void Guards()
            {
                IrqSaveLockGuard outer = outerLock.LockIrqSave();
                IrqSaveLockGuard inner = innerLock.LockIrqSave();
                [|outer.Dispose()|];
                inner.Dispose();
            }
        }
        """,
        "'RawSpinLock.ReleaseIrqRestore' turns interrupts on when 'Crossed.innerLock' is released, but 'Crossed.outerLock' is still held, which was taken with them off. Restore the state that was saved for this lock.",
        "'IrqSaveLockGuard.Dispose' turns interrupts on when 'Crossed.outerLock' is released, but 'Crossed.innerLock' is still held, which was taken with them off. Restore the state that was saved for this lock.");

    [Fact]
    public Task Reported_for_an_inner_step_of_a_release() => Verify.Reported("IRQ0106", """
        class Vgic
        {
            private readonly RawSpinLock listLock = new();

            public void Sync()
            {
                listLock.Acquire();
                [|listLock.DoRelease()|];
            }
        }
        """,
        "'RawSpinLock.DoRelease' is an inner step of 'Release' and skips the rest of it for 'Vgic.listLock'. Call 'Release'.");

    [Fact]
    public Task Reported_in_the_build_where_the_caller_is_in_another_type() => Verify.Reported("IRQ0156", """
        class Map
        {
            private readonly RawSpinLock mapLock = new();

            public void Update()
            {
                using ([|mapLock.LockIrq()|])
                {
                }
            }
        }

        class Its(Map map)
        {
            private readonly RawSpinLock cmdLock = new();

            public void Send()
            {
                using (cmdLock.LockIrqSave())
                {
                    map.Update();
                }
            }
        }
        """);

    [Fact]
    public Task Reported_with_own_primitives() => Verify.WithOwnContracts("IRQ0106", """
        [LockType(LockKind.RawSpin)]
        class Gate
        {
            [Acquires("this")] [SetsMask(Mask.Irq, true)] public void Shut() { }
            [Releases("this")] [SetsMask(Mask.Irq, false)] public void Open() { }
            [Releases("this")] public void Unlatch() { }
        }

        class Driver
        {
            private readonly Gate gate = new();

            public void Run()
            {
                gate.Shut();
                [|gate.Unlatch()|];
            }

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                gate.Shut();
                [|gate.Open()|];
            }
        }
        """);

    [Fact]
    public Task Valid_where_the_mask_is_handed_on_or_undone_by_itself() => Verify.Valid("""
        class Legal
        {
            private readonly RawSpinLock firstLock = new();
            private readonly RawSpinLock secondLock = new();
            private readonly SpinLock softLock = new();

            public void HandOver()
            {
                IrqFlags flags = firstLock.AcquireIrqSave();
                secondLock.Acquire();
                firstLock.Release();
                secondLock.ReleaseIrqRestore(flags);
            }

            public void SwappedFlags()
            {
                IrqFlags flags = firstLock.AcquireIrqSave();
                IrqFlags inner = secondLock.AcquireIrqSave();
                firstLock.ReleaseIrqRestore(inner);
                secondLock.ReleaseIrqRestore(flags);
            }

            public void Split()
            {
                IrqFlags flags = LocalIrq.Save();
                firstLock.Acquire();
                firstLock.ReleaseIrqRestore(flags);
                firstLock.AcquireIrq();
                firstLock.Release();
                LocalIrq.Enable();
                LocalIrq.Disable();
                firstLock.Acquire();
                firstLock.ReleaseIrq();
                softLock.AcquireBh();
                softLock.Release();
                BottomHalves.Enable();
            }

            public void Nested()
            {
                using (firstLock.LockIrqSave())
                using (secondLock.LockIrqSave())
                {
                }

                using (firstLock.LockIrq())
                using (secondLock.Lock())
                {
                }
            }

            [RunsIn(Context.HardIrq)]
            private void OnIrq()
            {
                IrqFlags flags = firstLock.AcquireIrqSave();
                firstLock.ReleaseIrqRestore(flags);
                using (secondLock.LockIrqSave())
                {
                }

                firstLock.AcquireIrqSave();
                firstLock.Release();
            }

            [RequiresUnmasked(Mask.Irq)]
            public void KnownToBeOn()
            {
                IrqFlags flags = firstLock.AcquireIrqSave();
                firstLock.ReleaseIrq();
            }

            [Acquires("this.firstLock")]
            [SetsMask(Mask.Irq, true)]
            public void Begin() => firstLock.AcquireIrq();

            [Releases("this.firstLock")]
            [SetsMask(Mask.Irq, false)]
            public void End() => firstLock.ReleaseIrq();

            public void Whole()
            {
                Begin();
                End();
                Enter();
                firstLock.ReleaseIrq();
            }

            [SetsMask(Mask.Irq, true)]
            public void StaysOff()
            {
                firstLock.AcquireIrq();
                firstLock.Release();
            }

            private void Enter() => firstLock.AcquireIrq();
        }
        """);
}
