using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// vgic_vcpu_inject_irq() looked whether the interrupt was in flight, and only then took the vGIC lock and queued it: twice, if two CPUs raise it at once.
public sealed class Xen_e83d6b9432_inject_checks_the_list_before_the_lock : RealBug
{
    private const string Pending = """
        class PendingIrq(Vcpu vcpu)
        {
            public readonly Vcpu Vcpu = vcpu;
            [GuardedBy("Vcpu.VgicLock")] public readonly Shared<bool> OnInflight = new(false);
        }

        """;

    public override string Rule => "IRQ0112";

    public override string AsItWas => Pending + """
        class Vcpu
        {
            public readonly SpinLock VgicLock = new();
            [GuardedBy("VgicLock")] private readonly List<PendingIrq> inflight = new();

            public void InjectIrq(PendingIrq n)
            {
                if ([|n.OnInflight.Read()|])
                {
                    return;
                }

                IrqFlags flags = n.Vcpu.VgicLock.AcquireIrqSave();
                n.OnInflight.Write(true);
                n.Vcpu.inflight.Add(n);
                n.Vcpu.VgicLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string AsFixed => Pending + """
        class Vcpu
        {
            public readonly SpinLock VgicLock = new();
            [GuardedBy("VgicLock")] private readonly List<PendingIrq> inflight = new();

            public void InjectIrq(PendingIrq n)
            {
                IrqFlags flags = n.Vcpu.VgicLock.AcquireIrqSave();
                if (!n.OnInflight.Read())
                {
                    n.OnInflight.Write(true);
                    n.Vcpu.inflight.Add(n);
                }

                n.Vcpu.VgicLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vcpu = new Vcpu();
                var pending = new PendingIrq(vcpu);
                b.Cpus(2).Task(0, "pcpu-0", () => vcpu.InjectIrq(pending)).Task(1, "pcpu-1", () => vcpu.InjectIrq(pending));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// A guest's write to GICD_CTLR changed the domain's state without the vGIC lock.
public sealed class Xen_26ea82f165_GICD_CTLR_written_unlocked : RealBug
{
    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class VgicDist
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<uint> ctlr = new(0);

            public uint ReadCtlr()
            {
                using (vgicLock.Lock())
                {
                    return ctlr.Read();
                }
            }

            public void MmioWrite(int offset, uint value)
            {
                switch (offset)
                {
                    case 0:
                        [|ctlr.Write(value & 1)|];
                        break;
                }
            }
        }
        """;

    public override string AsFixed => """
        class VgicDist
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<uint> ctlr = new(0);

            public uint ReadCtlr()
            {
                using (vgicLock.Lock())
                {
                    return ctlr.Read();
                }
            }

            public void MmioWrite(int offset, uint value)
            {
                switch (offset)
                {
                    case 0:
                        using (vgicLock.Lock())
                        {
                            ctlr.Write(value & 1);
                        }

                        break;
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var dist = new VgicDist();
                b.Cpus(2).Task(0, "vcpu-0", () => dist.MmioWrite(0, 1)).Task(1, "vcpu-1", () => dist.ReadCtlr());
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The priority of an injected interrupt was read without the rank's lock; and since interrupts are injected from handlers, the lock must be irqsave.
public sealed class Xen_446df2f733_priority_read_without_the_rank_lock : RealBug
{
    private const string Rank = """
        class VgicRank
        {
            public readonly SpinLock RankLock = new();
            [GuardedBy("RankLock")] public readonly Shared<byte> Priority = new(0xa0);
        }

        """;

    public override string Rule => "IRQ0111";

    public override string AsItWas => Rank + """
        class Vgic
        {
            [RunsIn(Context.HardIrq)]
            public byte InjectIrq(VgicRank rank) => [|rank.Priority.Read()|];
        }
        """;

    public override string AsFixed => Rank + """
        class Vgic
        {
            [RunsIn(Context.HardIrq)]
            public byte InjectIrq(VgicRank rank)
            {
                IrqFlags flags = rank.RankLock.AcquireIrqSave();
                byte priority = rank.Priority.Read();
                rank.RankLock.ReleaseIrqRestore(flags);
                return priority;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var rank = new VgicRank();
                var vgic = new Vgic();
                b.Cpus(1)
                    .Boot(() =>
                    {
                        Irq.RequestPercpuIrq(IntId.Ppi(11), irq =>
                        {
                            vgic.InjectIrq(rank);
                            return IrqReturn.Handled;
                        }, "virq");
                        using (Preemption.Off())
                        {
                            Irq.EnablePercpuIrq(IntId.Ppi(11));
                        }
                    })
                    .Source("virq", IntId.Ppi(11), cpu: 0);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The callbacks of an interrupt controller need desc->lock; some callers did not hold it.
public sealed class Xen_fe2c08a9e5_callbacks_without_the_descriptor_lock : RealBug
{
    private const string Controller = """
        class IrqDesc
        {
            public readonly SpinLock DescLock = new();
            [GuardedBy("DescLock")] public readonly Shared<bool> Disabled = new(true);
        }

        interface IHwIrqController
        {
            [RequiresHeld("desc.DescLock")]
            void Enable(IrqDesc desc);
        }

        class GicV2Controller : IHwIrqController
        {
            public void Enable(IrqDesc desc) => desc.Disabled.Write(false);
        }

        """;

    public override string Rule => "IRQ0114";

    public override string AsItWas => Controller + """
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
        """;

    public override string AsFixed => Controller + """
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
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vgic = new Vgic();
                var gic = new GicV2Controller();
                var desc = new IrqDesc();
                b.Cpus(1).Task(0, "vcpu", () => vgic.EnableIrqs(gic, [desc]));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The list registers and the mask of those in use were protected by the lock of the physical GIC; they belong to the vCPU, and so does the lock.
public sealed class Xen_9a81688b13_list_registers_under_the_wrong_lock : RealBug
{
    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class VcpuVgic
        {
            private static readonly SpinLock s_gicLock = new();
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<ulong> lrMask = new(0);

            public void RaiseGuestIrq(int lr)
            {
                IrqFlags flags = s_gicLock.AcquireIrqSave();
                [|lrMask.Update(mask => mask | 1ul << lr)|];
                s_gicLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string AsFixed => """
        class VcpuVgic
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<ulong> lrMask = new(0);

            public void RaiseGuestIrq(int lr)
            {
                IrqFlags flags = vgicLock.AcquireIrqSave();
                lrMask.Update(mask => mask | 1ul << lr);
                vgicLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vgic = new VcpuVgic();
                b.Cpus(1).Task(0, "pcpu", () => vgic.RaiseGuestIrq(2));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// irq_to_pending() finds the pending_irq of an LPI under the vGIC lock; it was used after the lock was dropped and taken again, when the LPI may be gone.
public sealed class Xen_5f66da6590_pending_irq_used_outside_the_lock : RealBug
{
    private const string Pending = """
        class PendingIrq(Vcpu vcpu)
        {
            public readonly Vcpu Vcpu = vcpu;
            [GuardedBy("Vcpu.VgicLock")] public int Status;
        }

        """;

    public override string Rule => "IRQ0113";

    public override string AsItWas => Pending + """
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
        """;

    public override string AsFixed => Pending + """
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
        """;
}

// New vGIC: the order is desc->lock before irq_lock, so fold_lr drops irq_lock, takes desc->lock and comes back; meanwhile another pCPU has taken a new
// instance of the interrupt, and _IRQ_INPROGRESS, cleared unseen, is the new one's.
public sealed class Thread_xen_devel_2018_fold_lr_clears_INPROGRESS : RealBug
{
    private const string Types = """
        class IrqDesc
        {
            public readonly SpinLock DescLock = new();
            [GuardedBy("DescLock")] public bool InProgress;
        }

        """;

    public override string Rule => "IRQ0113";

    public override string AsItWas => Types + """
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
        """;

    public override string AsFixed => Types + """
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
        """;
}

// The second half of the same fix: the rank's lock is also taken where interrupts are injected, by the handler of a physical interrupt, and the guest's access to
// the distributor held it with interrupts on.
public sealed class Xen_446df2f733_rank_lock_held_with_interrupts_on : RealBug
{
    private const string Inject = """
        class Vgic
        {
            public static readonly IntId Line = IntId.Ppi(11);
            private readonly SpinLock rankLock = new();
            [GuardedBy("rankLock")] private readonly Shared<byte> priority = new(0xa0);
            private readonly Shared<byte> injected = new(0);

            [RunsIn(Context.Task)]
            public void Setup()
            {
                if (Irq.RequestPercpuIrq(Line, InjectIrq, "virq") == Errno.Ok)
                {
                    using (Preemption.Off())
                    {
                        Irq.EnablePercpuIrq(Line);
                    }
                }
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn InjectIrq(IntId irq)
            {
                IrqFlags flags = rankLock.AcquireIrqSave();
                injected.WriteOnce(priority.Read());
                rankLock.ReleaseIrqRestore(flags);
                return IrqReturn.Handled;
            }

        """;

    public override string Rule => "IRQ0107";

    public override string AsItWas => Inject + """
            [RunsIn(Context.Task)]
            public void WriteIpriorityr(byte value)
            {
                [|rankLock.Acquire()|];
                priority.Write(value);
                rankLock.Release();
            }
        }
        """;

    public override string AsFixed => Inject + """
            [RunsIn(Context.Task)]
            public void WriteIpriorityr(byte value)
            {
                IrqFlags flags = rankLock.AcquireIrqSave();
                priority.Write(value);
                rankLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vgic = new Vgic();
                b.Cpus(1).Boot(vgic.Setup).Source("virq", Vgic.Line, cpu: 0).Task(0, "vcpu", () => vgic.WriteIpriorityr(0x80));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// Locks of the vGIC were taken in flavours that do not fit where they are taken; the fixes 9a4824d203, 6c52f2a4b4 and 8fb3fc7693 make them irqsave. Here: the _irq
// flavour in what is also called with interrupts off, so that its release lets them in.
public sealed class Xen_9a4824d203_lock_released_with_interrupts_on : RealBug
{
    private const string Callers = """
        class Vgic
        {
            private readonly SpinLock descLock = new();
            private readonly SpinLock gicLock = new();
            [GuardedBy("gicLock")] private readonly Shared<ulong> lrMask = new(0);

            [RunsIn(Context.Task)]
            public void RouteIrqToGuest(int lr)
            {
                IrqFlags flags = descLock.AcquireIrqSave();
                SetLr(lr);
                descLock.ReleaseIrqRestore(flags);
            }

        """;

    public override string Rule => "IRQ0106";

    public override string AsItWas => Callers + """
            private void SetLr(int lr)
            {
                gicLock.AcquireIrq();
                lrMask.Update(mask => mask | 1ul << lr);
                [|gicLock.ReleaseIrq()|];
            }
        }
        """;

    public override string AsFixed => Callers + """
            private void SetLr(int lr)
            {
                IrqFlags flags = gicLock.AcquireIrqSave();
                lrMask.Update(mask => mask | 1ul << lr);
                gicLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vgic = new Vgic();
                b.Cpus(1).Task(0, "domctl", () => vgic.RouteIrqToGuest(2));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The registers of the LPI tables: the lock was taken with irqsave and released without the restore, which leaves interrupts off.
public sealed class Xen_aa717d803e_irqsave_without_the_restore : RealBug
{
    public override string Rule => "IRQ0106";

    public override string AsItWas => """
        class VgicV3
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<ulong> rdistPendbase = new(0);

            [RunsIn(Context.Task)]
            public ulong ReadPendbaser()
            {
                IrqFlags flags = vgicLock.AcquireIrqSave();
                ulong value = rdistPendbase.Read();
                [|vgicLock.Release()|];
                return value & ~(1ul << 62);
            }
        }
        """;

    public override string AsFixed => """
        class VgicV3
        {
            private readonly SpinLock vgicLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<ulong> rdistPendbase = new(0);

            [RunsIn(Context.Task)]
            public ulong ReadPendbaser()
            {
                IrqFlags flags = vgicLock.AcquireIrqSave();
                ulong value = rdistPendbase.Read();
                vgicLock.ReleaseIrqRestore(flags);
                return value & ~(1ul << 62);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vgic = new VgicV3();
                b.Cpus(1).Task(0, "vcpu", () => vgic.ReadPendbaser());
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// A CPU on its way up allocated its pending table where interrupts are off; the allocator may have to wait. The fix allocates before the CPU starts.
public sealed class Xen_69589c374a_pending_table_allocated_with_interrupts_off : RealBug
{
    private const string Tables = """
        class GicV3Lpi
        {
            private readonly PerCpu<SlabObject?> pendingTable = new(_ => null);
            private readonly PerCpu<bool> enabled = new(false);

        """;

    public override string Rule => "IRQ0116";

    public override string AsItWas => Tables + """
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public void InitRdist(CpuId cpu)
            {
                pendingTable.On(cpu).WriteOnce([|Slab.Allocate(8192, mayWait: true)|]);
                enabled.On(cpu).WriteOnce(true);
            }

            [RunsIn(Context.Task)]
            public void Prepare(CpuId cpu)
            {
            }
        }
        """;

    public override string AsFixed => Tables + """
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public void InitRdist(CpuId cpu) => enabled.On(cpu).WriteOnce(true);

            [RunsIn(Context.Task)]
            public void Prepare(CpuId cpu) => pendingTable.On(cpu).WriteOnce(Slab.Allocate(8192, mayWait: true));
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var lpi = new GicV3Lpi();
                b.Cpus(1).Boot(() =>
                {
                    lpi.Prepare(new CpuId(0));
                    CpuHotplug.SetupState("arm/lpi", lpi.InitRdist, null);
                });
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The lock of a domain's vGIC was used without having been initialised: the set-up of a new domain forgot it. In the model a lock is initialised by its
// creation, and what is forgotten is that.
public sealed class Xen_876367befa_domain_lock_never_initialised : RealBug
{
    private const string Use = """
            [RunsIn(Context.Task)]
            public void WriteCtlr(uint value)
            {
                IrqFlags flags = vgicLock.AcquireIrqSave();
                ctlr.Write(value & 1);
                vgicLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string Rule => "IRQ0007";

    public override string AsItWas => """
        class DomainVgic
        {
            private readonly SpinLock [|vgicLock|] = null!;
            private readonly SpinLock rankLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<uint> ctlr = new(0);

        """ + Use;

    public override string AsFixed => """
        class DomainVgic
        {
            private readonly SpinLock vgicLock = new();
            private readonly SpinLock rankLock = new();
            [GuardedBy("vgicLock")] private readonly Shared<uint> ctlr = new(0);

        """ + Use;
}
