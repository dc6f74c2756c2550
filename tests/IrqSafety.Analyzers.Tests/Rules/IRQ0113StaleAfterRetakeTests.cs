using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.Rules;

public sealed class IRQ0113StaleAfterRetakeTests
{
    [Fact]
    public Task Reported_for_a_decision_made_before_the_lock_was_dropped() => Verify.Reported("IRQ0113", """
        class Slot
        {
            private readonly RawSpinLock slotLock = new();
            [GuardedBy("slotLock")] private object? used;

            public void Fill()
            {
                slotLock.Acquire();
                if (used != null)
                {
                    slotLock.Release();
                    return;
                }

                slotLock.Release();
                var made = new object();
                slotLock.Acquire();
                [|used|] = made;
                slotLock.Release();
            }

            public void ByVariable()
            {
                bool free;
                using (slotLock.Lock())
                {
                    free = used == null;
                }

                if (free)
                {
                    using (slotLock.Lock())
                    {
                        [|used|] = this;
                    }
                }
            }
        }
        """,
        "'Fill' touches 'Slot.used' because of what it read from 'Slot.used' under 'Slot.slotLock', which it dropped meanwhile: another CPU may have changed it. Look at it again with the lock held, or keep a reference.",
        "'ByVariable' touches 'Slot.used' because of what it read from 'Slot.used' under 'Slot.slotLock', which it dropped meanwhile: another CPU may have changed it. Look at it again with the lock held, or keep a reference.");

    [Fact]
    public Task Reported_for_an_index_and_an_object_found_before_the_lock_was_dropped() => Verify.Reported("IRQ0113", """
        class Entry
        {
            public readonly Ring Owner;
            [GuardedBy("Owner.RingLock")] public int Value;

            public Entry(Ring owner) => Owner = owner;
        }

        class Ring
        {
            public readonly RawSpinLock RingLock = new();
            [GuardedBy("RingLock")] private int head;
            [GuardedBy("RingLock")] private readonly int[] table = new int[8];
            [GuardedBy("RingLock")] private Entry? current;

            public void Put(int value)
            {
                RingLock.Acquire();
                int at = head;
                RingLock.Release();
                Prepare();
                RingLock.Acquire();
                [|table|][at] = value;
                RingLock.Release();
            }

            public void Touch()
            {
                Entry? found;
                using (RingLock.Lock())
                {
                    found = current;
                }

                Prepare();
                using (RingLock.Lock())
                {
                    [|found!.Value|] = 1;
                }
            }

            private static void Prepare() { }
        }
        """);

    [Fact]
    public Task Reported_for_a_counted_object_that_is_used_without_a_reference() => Verify.Reported("IRQ0113", """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool PendingLatch;

            [TakesReference("this")] public bool TryGet() => true;
            public void Put() { }
        }

        class Cache
        {
            private readonly RawSpinLock lpiLock = new();
            [GuardedBy("lpiLock")] private readonly VgicIrq?[] cached = new VgicIrq?[16];

            public void Bad(int i)
            {
                lpiLock.Acquire();
                VgicIrq? irq = cached[i];
                lpiLock.Release();
                if (irq == null)
                {
                    return;
                }

                irq.IrqLock.Acquire();
                [|irq.PendingLatch|] = true;
                irq.IrqLock.Release();
            }

            public void Good(int i)
            {
                lpiLock.Acquire();
                VgicIrq? irq = cached[i];
                if (irq == null || !irq.TryGet())
                {
                    lpiLock.Release();
                    return;
                }

                lpiLock.Release();
                irq.IrqLock.Acquire();
                irq.PendingLatch = true;
                irq.IrqLock.Release();
                irq.Put();
            }
        }
        """);

    // KVM vgic_queue_irq_unlock: the list lock comes before the interrupt's, so the interrupt's is dropped, and everything is looked at again.
    [Fact]
    public Task Silent_for_vgic_queue_irq_unlock() => Verify.Valid("""
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public VgicCpu? Vcpu;
            [GuardedBy("IrqLock")] public VgicCpu? Target;
            [GuardedBy("IrqLock")] public bool Pending;
        }

        class VgicCpu
        {
            public readonly RawSpinLock ApListLock = new();
            [GuardedBy("ApListLock")] public readonly System.Collections.Generic.List<VgicIrq> ApList = new();
        }

        static class Vgic
        {
            [RequiresHeld("irq.IrqLock")]
            private static VgicCpu? TargetOracle(VgicIrq irq) => irq.Pending ? irq.Target : null;

            [Releases("irq.IrqLock")]
            public static bool QueueIrqUnlock(VgicIrq irq)
            {
            retry:
                VgicCpu? vcpu = TargetOracle(irq);
                if (irq.Vcpu != null || vcpu == null)
                {
                    irq.IrqLock.Release();
                    return false;
                }

                irq.IrqLock.Release();
                vcpu.ApListLock.Acquire();
                irq.IrqLock.Acquire();
                if (irq.Vcpu != null || vcpu != TargetOracle(irq))
                {
                    irq.IrqLock.Release();
                    vcpu.ApListLock.Release();
                    irq.IrqLock.Acquire();
                    goto retry;
                }

                vcpu.ApList.Add(irq);
                irq.Vcpu = vcpu;
                irq.IrqLock.Release();
                vcpu.ApListLock.Release();
                return true;
            }
        }
        """);

    // KVM vgic_prune_ap_list: an interrupt that has to move is looked at again when both list locks are held.
    [Fact]
    public Task Silent_for_vgic_prune_ap_list() => Verify.Valid("""
        using System.Collections.Generic;

        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public VgicCpu? Vcpu;
            [GuardedBy("IrqLock")] public VgicCpu? Target;
        }

        class VgicCpu
        {
            public readonly RawSpinLock ApListLock = new();
            [GuardedBy("ApListLock")] private readonly List<VgicIrq> apList = new();

            [RequiresHeld("irq.IrqLock")]
            private static VgicCpu? TargetOracle(VgicIrq irq) => irq.Target;

            public void Prune()
            {
            retry:
                ApListLock.Acquire();
                for (int i = 0; i < apList.Count; i++)
                {
                    VgicIrq irq = apList[i];
                    irq.IrqLock.Acquire();
                    VgicCpu? target = TargetOracle(irq);
                    if (target == null)
                    {
                        apList.Remove(irq);
                        irq.Vcpu = null;
                        irq.IrqLock.Release();
                        continue;
                    }

                    if (target == this)
                    {
                        irq.IrqLock.Release();
                        continue;
                    }

                    irq.IrqLock.Release();
                    ApListLock.Release();
                    ApListLock.Acquire();
                    target.ApListLock.AcquireNested(1);
                    irq.IrqLock.Acquire();
                    if (target == TargetOracle(irq))
                    {
                        apList.Remove(irq);
                        irq.Vcpu = target;
                        target.apList.Add(irq);
                    }

                    irq.IrqLock.Release();
                    target.ApListLock.Release();
                    ApListLock.Release();
                    goto retry;
                }

                ApListLock.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_where_the_first_section_claims_what_it_read() => Verify.Valid("""
        class Work
        {
            private readonly SpinLock workLock = new();
            [GuardedBy("workLock")] private bool queued;
            [GuardedBy("workLock")] private int busy;

            public void Run()
            {
                bool mine;
                workLock.Acquire();
                mine = queued;
                queued = false;
                workLock.Release();
                if (mine)
                {
                    workLock.Acquire();
                    queued = true;
                    workLock.Release();
                }
            }

            public void Begin()
            {
                workLock.Acquire();
                if (busy != 0)
                {
                    workLock.Release();
                    return;
                }

                busy = 1;
                workLock.Release();
                workLock.Acquire();
                busy = 0;
                workLock.Release();
            }
        }
        """);

    [Fact]
    public Task Silent_for_values_that_neither_decide_nor_find_and_for_polls() => Verify.Valid("""
        class Statistics
        {
            private readonly RawSpinLock statLock = new();
            [GuardedBy("statLock")] private int count;
            [GuardedBy("statLock")] private int total;
            [GuardedBy("statLock")] private bool stop;
            [GuardedBy("statLock")] private int rounds;

            public void Sum()
            {
                int seen;
                using (statLock.Lock())
                {
                    seen = count;
                }

                using (statLock.Lock())
                {
                    total += seen;
                }
            }

            public void Poll()
            {
                bool done;
                do
                {
                    using (statLock.Lock())
                    {
                        rounds++;
                        done = stop;
                    }
                }
                while (!done);
            }

            public void Drain()
            {
                bool more = true;
                while (more)
                {
                    using (statLock.Lock())
                    {
                        more = count > 0;
                        if (more)
                        {
                            count--;
                        }
                    }
                }
            }
        }
        """);

    [Fact]
    public Task Silent_for_what_is_written_once() => Verify.Valid("""
        class Map
        {
            private readonly RawSpinLock mapLock = new();
            [GuardedBy("mapLock")] [WriteOnce("probe")] private int lines;
            [GuardedBy("mapLock")] private readonly int[] table = new int[8];

            public void Set()
            {
                mapLock.Acquire();
                int at = lines;
                mapLock.Release();
                mapLock.Acquire();
                table[at] = 1;
                mapLock.Release();
            }
        }
        """);
}
