using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0112CheckThenActTests
{
    [Fact]
    public Task Reported_at_the_check_of_a_collection_that_is_changed_under_the_lock() => Verify.Reported("IRQ0112", """
        using System.Collections.Generic;

        class Vgic
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly List<int> pending = new();

            public void Inject(int irq)
            {
                if ([|pending|].Count == 0)
                {
                    using (vgicLock.LockIrqSave())
                    {
                        pending.Add(irq);
                    }
                }
            }
        }
        """,
        "'Inject' decides on 'Vgic.pending' before it takes 'Vgic.vgicLock', and acts on the outcome under it: another CPU may have changed it. Check it with the lock held.");

    [Fact]
    public Task Reported_after_an_early_return_by_a_variable_and_for_a_cell() => Verify.Reported("IRQ0112", """
        class Flags
        {
            private readonly RawSpinLock flagLock = new();
            [GuardedBy("flagLock")] private bool ready;
            [GuardedBy("flagLock")] private readonly Shared<int> owner = new(0);

            public void Early()
            {
                if ([|ready|])
                {
                    return;
                }

                flagLock.Acquire();
                ready = true;
                flagLock.Release();
            }

            public void Variable()
            {
                bool wasReady = [|ready|];
                if (!wasReady)
                {
                    flagLock.Acquire();
                    ready = true;
                    flagLock.Release();
                }
            }

            public void Cell(int me)
            {
                if ([|owner.Read()|] == 0)
                {
                    using (flagLock.Lock())
                    {
                        owner.Write(me);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Silent_where_it_is_checked_again_under_the_lock() => Verify.Reported("IRQ0111", """
        class Twice
        {
            private readonly RawSpinLock twiceLock = new();
            [GuardedBy("twiceLock")] private object? made;
            [GuardedBy("twiceLock")] private readonly Shared<int> state = new(0);

            public void Plain()
            {
                if ([|made|] == null)
                {
                    using (twiceLock.Lock())
                    {
                        if (made == null)
                        {
                            made = new object();
                        }
                    }
                }
            }

            public void Marked()
            {
                if (state.LoadAcquire() != 0)
                {
                    return;
                }

                using (twiceLock.Lock())
                {
                    if (state.Read() == 0)
                    {
                        state.StoreRelease(1);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Silent_where_the_act_does_not_depend_on_the_check_or_is_about_other_data() => Verify.Reported("IRQ0111", """
        class Independent
        {
            private readonly RawSpinLock lock1 = new();
            [GuardedBy("lock1")] private int count;
            [GuardedBy("lock1")] private int other;
            [GuardedBy("lock1")] private readonly int[] slots = new int[4];

            public void Both()
            {
                if ([|count|] > 3)
                {
                    Trace();
                }

                using (lock1.Lock())
                {
                    count++;
                }
            }

            public void Other()
            {
                if ([|count|] > 3)
                {
                    using (lock1.Lock())
                    {
                        other++;
                    }
                }
            }

            public void Elements(int i, int j)
            {
                if ([|slots|][i] == 0)
                {
                    using (lock1.Lock())
                    {
                        slots[j] = 1;
                    }
                }
            }

            private static void Trace() { }
        }
        """);

    [Fact]
    public Task Silent_for_a_check_that_only_a_marked_read_makes() => Verify.Valid("""
        class Hint
        {
            private readonly RawSpinLock hintLock = new();
            [GuardedBy("hintLock")] private readonly Shared<bool> pending = new(false);

            public void Flush()
            {
                if (pending.ReadOnce())
                {
                    using (hintLock.Lock())
                    {
                        pending.Write(false);
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Reported_at_the_call_of_a_helper_that_checks_without_the_lock() => Verify.Reported("IRQ0112", """
        class Vgic
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private bool queued;
            [GuardedBy("vgicLock")] private readonly Shared<int> owner = new(0);

            public void Inject()
            {
                if ([|IsQueued()|])
                {
                    return;
                }

                using (vgicLock.LockIrqSave())
                {
                    queued = true;
                }
            }

            public void Claim(int me)
            {
                bool free = [|IsFree|];
                if (free)
                {
                    using (vgicLock.LockIrqSave())
                    {
                        owner.Write(me);
                    }
                }
            }

            private bool IsQueued() => queued;

            private bool IsFree => Owner() == 0;

            private int Owner() => owner.Read();
        }
        """,
        "'Inject' decides on 'Vgic.queued' before it takes 'Vgic.vgicLock', and acts on the outcome under it: another CPU may have changed it. Check it with the lock held.",
        "'Claim' decides on 'Vgic.owner' before it takes 'Vgic.vgicLock', and acts on the outcome under it: another CPU may have changed it. Check it with the lock held.");

    [Fact]
    public Task Reported_for_a_helper_of_another_object() => Verify.Reported("IRQ0112", """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Queued;

            private static bool IsQueued(VgicIrq irq) => irq.Queued;

            public static void Queue(VgicIrq irq)
            {
                if (![|IsQueued(irq)|])
                {
                    irq.IrqLock.Acquire();
                    irq.Queued = true;
                    irq.IrqLock.Release();
                }
            }
        }
        """);

    [Fact]
    public Task Silent_where_the_helper_is_asked_with_the_lock_held_again_or_about_another_object() => Verify.Valid("""
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool Queued;

            [RequiresHeld("irq.IrqLock")]
            private static bool IsQueued(VgicIrq irq) => irq.Queued;

            public static void Queue(VgicIrq irq)
            {
                irq.IrqLock.Acquire();
                if (!IsQueued(irq))
                {
                    irq.Queued = true;
                }

                irq.IrqLock.Release();
            }

            private bool WasQueued()
            {
                using (IrqLock.Lock())
                {
                    return Queued;
                }
            }

            public void Again()
            {
                if (WasQueued())
                {
                    return;
                }

                using (IrqLock.Lock())
                {
                    if (!Queued)
                    {
                        Queued = true;
                    }
                }
            }

            public void Other(VgicIrq other)
            {
                if (WasQueued())
                {
                    other.IrqLock.Acquire();
                    other.Queued = true;
                    other.IrqLock.Release();
                }
            }
        }
        """);
}
