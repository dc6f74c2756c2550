using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.History;

// vgic_vcpu_inject_irq() looked whether the interrupt was in flight, and only then took the vGIC lock and queued it: twice, if two CPUs raise it at once.
public sealed class Xen_e83d6b9432_inject_checks_the_list_before_the_lock
{
    private const string Pending = """
        using System.Collections.Generic;

        class PendingIrq(Vcpu vcpu)
        {
            public readonly Vcpu Vcpu = vcpu;
            [GuardedBy("Vcpu.VgicLock")] public bool OnInflight;
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0112", Pending + """
        class Vcpu
        {
            public readonly SpinLock VgicLock = new();
            [GuardedBy("VgicLock")] private readonly List<PendingIrq> inflight = new();

            public void InjectIrq(PendingIrq n)
            {
                if ([|n.OnInflight|])
                {
                    return;
                }

                IrqFlags flags = n.Vcpu.VgicLock.AcquireIrqSave();
                n.OnInflight = true;
                n.Vcpu.inflight.Add(n);
                n.Vcpu.VgicLock.ReleaseIrqRestore(flags);
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Pending + """
        class Vcpu
        {
            public readonly SpinLock VgicLock = new();
            [GuardedBy("VgicLock")] private readonly List<PendingIrq> inflight = new();

            public void InjectIrq(PendingIrq n)
            {
                IrqFlags flags = n.Vcpu.VgicLock.AcquireIrqSave();
                if (!n.OnInflight)
                {
                    n.OnInflight = true;
                    n.Vcpu.inflight.Add(n);
                }

                n.Vcpu.VgicLock.ReleaseIrqRestore(flags);
            }
        }
        """);
}

// A guest's write to GICD_CTLR changed the domain's state without the vGIC lock.
public sealed class Xen_26ea82f165_GICD_CTLR_written_unlocked
{
    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class VgicDist
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private uint ctlr;

            public uint ReadCtlr()
            {
                using (vgicLock.Lock())
                {
                    return ctlr;
                }
            }

            public void MmioWrite(int offset, uint value)
            {
                switch (offset)
                {
                    case 0:
                        [|ctlr|] = value & 1;
                        break;
                }
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class VgicDist
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private uint ctlr;

            public uint ReadCtlr()
            {
                using (vgicLock.Lock())
                {
                    return ctlr;
                }
            }

            public void MmioWrite(int offset, uint value)
            {
                switch (offset)
                {
                    case 0:
                        using (vgicLock.Lock())
                        {
                            ctlr = value & 1;
                        }

                        break;
                }
            }
        }
        """);
}

// The priority of an injected interrupt was read without the rank's lock; and since interrupts are injected from handlers, the lock must be irqsave.
public sealed class Xen_446df2f733_priority_read_without_the_rank_lock
{
    private const string Rank = """
        class VgicRank
        {
            public readonly SpinLock RankLock = new();
            [GuardedBy("RankLock")] public readonly byte[] Priority = new byte[32];
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", Rank + """
        class Vgic
        {
            [RunsIn(Context.HardIrq)]
            public byte InjectIrq(VgicRank rank, int virq) => [|rank.Priority|][virq & 31];
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Rank + """
        class Vgic
        {
            [RunsIn(Context.HardIrq)]
            public byte InjectIrq(VgicRank rank, int virq)
            {
                IrqFlags flags = rank.RankLock.AcquireIrqSave();
                byte priority = rank.Priority[virq & 31];
                rank.RankLock.ReleaseIrqRestore(flags);
                return priority;
            }
        }
        """);
}

// The callbacks of an interrupt controller need desc->lock; some callers did not hold it.
public sealed class Xen_fe2c08a9e5_callbacks_without_the_descriptor_lock
{
    private const string Controller = """
        class IrqDesc
        {
            public readonly SpinLock DescLock = new();
            [GuardedBy("DescLock")] public bool Disabled = true;
        }

        interface IHwIrqController
        {
            [RequiresHeld("desc.DescLock")]
            void Enable(IrqDesc desc);
        }

        class Gic : IHwIrqController
        {
            public void Enable(IrqDesc desc) => desc.Disabled = false;
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0114", Controller + """
        class Vgic
        {
            public void EnableIrqs(IHwIrqController handler, IrqDesc[] descs)
            {
                foreach (IrqDesc desc in descs)
                {
                    [|handler.Enable(desc)|];
                }
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Controller + """
        class Vgic
        {
            public void EnableIrqs(IHwIrqController handler, IrqDesc[] descs)
            {
                foreach (IrqDesc desc in descs)
                {
                    IrqFlags flags = desc.DescLock.AcquireIrqSave();
                    handler.Enable(desc);
                    desc.DescLock.ReleaseIrqRestore(flags);
                }
            }
        }
        """);
}

// The list registers and the mask of those in use were protected by the lock of the physical GIC; they belong to the vCPU, and so does the lock.
public sealed class Xen_9a81688b13_list_registers_under_the_wrong_lock
{
    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class VcpuVgic
        {
            private static readonly SpinLock s_gicLock = new();
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private ulong lrMask;

            public void RaiseGuestIrq(int lr)
            {
                IrqFlags flags = s_gicLock.AcquireIrqSave();
                [|lrMask|] |= 1ul << lr;
                s_gicLock.ReleaseIrqRestore(flags);
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class VcpuVgic
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private ulong lrMask;

            public void RaiseGuestIrq(int lr)
            {
                IrqFlags flags = vgicLock.AcquireIrqSave();
                lrMask |= 1ul << lr;
                vgicLock.ReleaseIrqRestore(flags);
            }
        }
        """);
}

// irq_to_pending() finds the pending_irq of an LPI under the vGIC lock; it was used after the lock was dropped and taken again, when the LPI may be gone.
public sealed class Xen_5f66da6590_pending_irq_used_outside_the_lock
{
    private const string Pending = """
        class PendingIrq(Vcpu vcpu)
        {
            public readonly Vcpu Vcpu = vcpu;
            [GuardedBy("Vcpu.VgicLock")] public int Status;
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0113", Pending + """
        class Vcpu
        {
            public readonly SpinLock VgicLock = new();
            [GuardedBy("VgicLock")] private readonly PendingIrq?[] pendingLpis = new PendingIrq?[16];

            public void EnableLpi(int lpi)
            {
                VgicLock.Acquire();
                PendingIrq? p = pendingLpis[lpi];
                VgicLock.Release();
                if (p is null)
                {
                    return;
                }

                byte priority = ReadProperty(lpi);
                VgicLock.Acquire();
                [|p.Status|] |= priority;
                VgicLock.Release();
            }

            private static byte ReadProperty(int lpi) => 0xa0;
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Pending + """
        class Vcpu
        {
            public readonly SpinLock VgicLock = new();
            [GuardedBy("VgicLock")] private readonly PendingIrq?[] pendingLpis = new PendingIrq?[16];

            public void EnableLpi(int lpi)
            {
                byte priority = ReadProperty(lpi);
                VgicLock.Acquire();
                PendingIrq? p = pendingLpis[lpi];
                if (p is not null)
                {
                    p.Status |= priority;
                }

                VgicLock.Release();
            }

            private static byte ReadProperty(int lpi) => 0xa0;
        }
        """);
}

// New vGIC: the order is desc->lock before irq_lock, so fold_lr drops irq_lock, takes desc->lock and comes back; meanwhile another pCPU has taken a new
// instance of the interrupt, and _IRQ_INPROGRESS, cleared unseen, is the new one's.
public sealed class Thread_xen_devel_2018_fold_lr_clears_INPROGRESS
{
    private const string Types = """
        class IrqDesc
        {
            public readonly SpinLock DescLock = new();
            [GuardedBy("DescLock")] public bool InProgress;
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0113", Types + """
        class VgicIrq(IrqDesc desc)
        {
            private readonly SpinLock irqLock = new();
            private readonly IrqDesc desc = desc;
            [GuardedBy("irqLock")] private bool active;

            public void FoldLr()
            {
                IrqFlags flags = irqLock.AcquireIrqSave();
                if (!active)
                {
                    irqLock.ReleaseIrqRestore(flags);
                    return;
                }

                irqLock.ReleaseIrqRestore(flags);
                flags = desc.DescLock.AcquireIrqSave();
                irqLock.Acquire();
                [|active|] = false;
                desc.InProgress = false;
                irqLock.Release();
                desc.DescLock.ReleaseIrqRestore(flags);
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Types + """
        class VgicIrq(IrqDesc desc)
        {
            private readonly SpinLock irqLock = new();
            private readonly IrqDesc desc = desc;
            [GuardedBy("irqLock")] private bool active;
            [GuardedBy("irqLock")] private bool hw;

            public void FoldLr()
            {
                IrqFlags flags = irqLock.AcquireIrqSave();
                if (!active)
                {
                    irqLock.ReleaseIrqRestore(flags);
                    return;
                }

                irqLock.ReleaseIrqRestore(flags);
                flags = desc.DescLock.AcquireIrqSave();
                irqLock.Acquire();
                if (active && hw)
                {
                    active = false;
                    desc.InProgress = false;
                }

                irqLock.Release();
                desc.DescLock.ReleaseIrqRestore(flags);
            }
        }
        """);
}
