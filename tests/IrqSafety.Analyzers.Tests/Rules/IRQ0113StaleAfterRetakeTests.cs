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

    [Fact]
    public Task Reported_for_what_a_helper_returns_that_read_it_under_the_lock() => Verify.Reported("IRQ0113", """
        class Ring
        {
            private readonly RawSpinLock ringLock = new();
            [GuardedBy("ringLock")] private int head;
            [GuardedBy("ringLock")] private object? used;
            [GuardedBy("ringLock")] private readonly int[] table = new int[8];

            public void Put(int value)
            {
                int at = Head();
                using (ringLock.Lock())
                {
                    [|table|][at] = value;
                }
            }

            public void Fill()
            {
                if (IsFree())
                {
                    using (ringLock.Lock())
                    {
                        [|used|] = this;
                    }
                }
            }

            public void Declared(int value)
            {
                ringLock.Acquire();
                int at = HeadLocked();
                ringLock.Release();
                ringLock.Acquire();
                [|table|][at] = value;
                ringLock.Release();
            }

            private int Head()
            {
                using (ringLock.Lock())
                {
                    return head;
                }
            }

            private bool IsFree()
            {
                ringLock.Acquire();
                bool free = used == null;
                ringLock.Release();
                return free;
            }

            [RequiresHeld("this.ringLock")]
            private int HeadLocked() => head;
        }
        """,
        "'Put' touches 'Ring.table' through what it read from 'Ring.head' under 'Ring.ringLock', which it dropped meanwhile: another CPU may have changed it. Look at it again with the lock held, or keep a reference.",
        "'Fill' touches 'Ring.used' because of what it read from 'Ring.used' under 'Ring.ringLock', which it dropped meanwhile: another CPU may have changed it. Look at it again with the lock held, or keep a reference.",
        "'Declared' touches 'Ring.table' through what it read from 'Ring.head' under 'Ring.ringLock', which it dropped meanwhile: another CPU may have changed it. Look at it again with the lock held, or keep a reference.");

    [Fact]
    public Task Reported_after_a_helper_that_drops_the_lock_and_takes_it_again() => Verify.Reported("IRQ0113", """
        class Slot
        {
            private readonly RawSpinLock slotLock = new();
            [GuardedBy("slotLock")] private object? used;

            public void Inferred()
            {
                slotLock.Acquire();
                if (used == null)
                {
                    Relax();
                    [|used|] = this;
                }

                slotLock.Release();
            }

            public void Declared()
            {
                slotLock.Acquire();
                if (used == null)
                {
                    Breathe();
                    [|used|] = this;
                }

                slotLock.Release();
            }

            public void Deep()
            {
                slotLock.Acquire();
                if (used == null)
                {
                    Deeper();
                    [|used|] = this;
                }

                slotLock.Release();
            }

            [RequiresHeld("this.slotLock")]
            public void Required()
            {
                if (used == null)
                {
                    Relax();
                    [|used|] = this;
                }
            }

            private void Relax()
            {
                slotLock.Release();
                slotLock.Acquire();
            }

            private void Deeper() => Relax();

            [Acquires("this.slotLock"), Releases("this.slotLock")]
            public void Breathe()
            {
                slotLock.Release();
                slotLock.Acquire();
            }
        }
        """);

    // Linux ad362fe07fec: vgic_its_check_cache returned an interrupt after dropping lpi_list_lock, without a reference.
    [Fact]
    public Task Reported_for_a_counted_object_that_a_look_up_returns_without_a_reference() => Verify.Reported("IRQ0113", """
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
            [GuardedBy("lpiLock")] private VgicIrq? cached;

            public void Bad()
            {
                VgicIrq? irq = CheckCache();
                if (irq == null)
                {
                    return;
                }

                irq.IrqLock.Acquire();
                [|irq.PendingLatch|] = true;
                irq.IrqLock.Release();
            }

            public void Good()
            {
                VgicIrq? irq = GetCached();
                if (irq == null)
                {
                    return;
                }

                irq.IrqLock.Acquire();
                irq.PendingLatch = true;
                irq.IrqLock.Release();
                irq.Put();
            }

            private VgicIrq? CheckCache()
            {
                using (lpiLock.LockIrqSave())
                {
                    return cached;
                }
            }

            private VgicIrq? GetCached()
            {
                using (lpiLock.LockIrqSave())
                {
                    VgicIrq? irq = cached;
                    if (irq != null && !irq.TryGet())
                    {
                        return null;
                    }

                    return irq;
                }
            }
        }
        """);

    [Fact]
    public Task Silent_for_helpers_where_it_is_looked_at_again_referenced_written_once_or_only_computed_with() => Verify.Valid("""
        class Line
        {
            [TakesReference("this")] public bool TryGet() => true;
        }

        class Ring
        {
            private readonly RawSpinLock ringLock = new();
            [GuardedBy("ringLock")] private int head;
            [GuardedBy("ringLock")] private int total;
            [GuardedBy("ringLock")] private object? used;
            [GuardedBy("ringLock")] [WriteOnce("probe")] private int lines;
            [GuardedBy("ringLock")] private Line? line;
            [GuardedBy("ringLock")] private readonly int[] table = new int[8];

            public void Put(int value)
            {
                int at = Head();
                using (ringLock.Lock())
                {
                    if (at == head)
                    {
                        table[at] = value;
                    }
                }
            }

            public void AskedAgain(int value)
            {
                int at = Head();
                ringLock.Acquire();
                if (at == HeadLocked())
                {
                    table[at] = value;
                }

                ringLock.Release();
            }

            public void Fill()
            {
                ringLock.Acquire();
                while (used != null)
                {
                    Relax();
                }

                used = this;
                ringLock.Release();
            }

            public void Recheck()
            {
                ringLock.Acquire();
                if (used == null)
                {
                    Relax();
                    if (used == null)
                    {
                        used = this;
                    }
                }

                ringLock.Release();
            }

            public void Sum()
            {
                int seen = Head();
                using (ringLock.Lock())
                {
                    total += seen;
                }
            }

            public void Once(int value)
            {
                int at = Lines();
                using (ringLock.Lock())
                {
                    table[at] = value;
                }
            }

            public void Kept()
            {
                ringLock.Acquire();
                if (used == null)
                {
                    Look();
                    used = this;
                }

                ringLock.Release();
            }

            [TakesReference("return")]
            private Line? Get()
            {
                using (ringLock.Lock())
                {
                    return line;
                }
            }

            private int Head()
            {
                using (ringLock.Lock())
                {
                    return head;
                }
            }

            private int Lines()
            {
                using (ringLock.Lock())
                {
                    return lines;
                }
            }

            [RequiresHeld("this.ringLock")]
            private int HeadLocked() => head;

            [RequiresHeld("this.ringLock")]
            private void Look() => total = head;

            private void Relax()
            {
                ringLock.Release();
                ringLock.Acquire();
            }
        }
        """);

    [Fact]
    public Task A_helper_that_drops_and_retakes_on_some_path_only_decides_nothing() => Verify.Valid("""
        class Slot
        {
            private readonly RawSpinLock slotLock = new();
            [GuardedBy("slotLock")] private object? used;

            public void Fill(bool full)
            {
                slotLock.Acquire();
                if (used == null)
                {
                    MayRelax(full);
                    used = this;
                }

                slotLock.Release();
            }

            private void MayRelax(bool full)
            {
                if (full)
                {
                    slotLock.Release();
                    slotLock.Acquire();
                }
            }
        }
        """);
}
