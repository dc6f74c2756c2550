using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// CVE-2024-26598: vgic_its_check_cache() handed an interrupt out after it dropped lpi_list_lock, without a reference; DISCARD frees it meanwhile.
public sealed class Linux_ad362fe07fec_lpi_cache_without_a_reference : RealBug
{
    private const string Irq = """
        class VgicIrq
        {
            public readonly RawSpinLock IrqLock = new();
            [GuardedBy("IrqLock")] public bool PendingLatch;
            [TakesReference("this")] public bool TryGetKref() => true;
            public void Put() { }
        }

        """;

    public override string Rule => "IRQ0113";

    public override string AsItWas => Irq + """
        class Its
        {
            private readonly RawSpinLock lpiListLock = new();
            [GuardedBy("lpiListLock")] private readonly VgicIrq?[] cache = new VgicIrq?[16];

            public int InjectCachedTranslation(int key)
            {
                IrqFlags flags = lpiListLock.AcquireIrqSave();
                VgicIrq? irq = cache[key];
                lpiListLock.ReleaseIrqRestore(flags);
                if (irq is null)
                {
                    return -1;
                }

                flags = irq.IrqLock.AcquireIrqSave();
                [|irq.PendingLatch|] = true;
                irq.IrqLock.ReleaseIrqRestore(flags);
                return 0;
            }
        }
        """;

    public override string AsFixed => Irq + """
        class Its
        {
            private readonly RawSpinLock lpiListLock = new();
            [GuardedBy("lpiListLock")] private readonly VgicIrq?[] cache = new VgicIrq?[16];

            public int InjectCachedTranslation(int key)
            {
                IrqFlags flags = lpiListLock.AcquireIrqSave();
                VgicIrq? irq = cache[key];
                if (irq is not null && !irq.TryGetKref())
                {
                    irq = null;
                }

                lpiListLock.ReleaseIrqRestore(flags);
                if (irq is null)
                {
                    return -1;
                }

                flags = irq.IrqLock.AcquireIrqSave();
                irq.PendingLatch = true;
                irq.IrqLock.ReleaseIrqRestore(flags);
                irq.Put();
                return 0;
            }
        }
        """;
}

// Two vCPUs finalise the PPIs of a GICv5 guest at once: one clears the masks while the other sets them.
public sealed class Linux_e63d0a32e736_finalising_PPIs_without_config_lock : RealBug
{
    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class VgicV5Vm
        {
            private readonly Mutex configLock = new();
            [GuardedBy("configLock")] private readonly Shared<ulong> ppiMask = new(0);

            [RunsIn(Context.Task)]
            public void FinalizePpiState(int ppi)
            {
                [|ppiMask.Write(0)|];
                [|ppiMask.Update(mask => mask | 1ul << ppi)|];
            }
        }
        """;

    public override string AsFixed => """
        class VgicV5Vm
        {
            private readonly Mutex configLock = new();
            [GuardedBy("configLock")] private readonly Shared<ulong> ppiMask = new(0);

            [RunsIn(Context.Task)]
            public void FinalizePpiState(int ppi)
            {
                configLock.Acquire();
                ppiMask.Write(0);
                ppiMask.Update(mask => mask | 1ul << ppi);
                configLock.Release();
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vm = new VgicV5Vm();
                b.Cpus(2).Task(0, "vcpu-0", () => vm.FinalizePpiState(3)).Task(1, "vcpu-1", () => vm.FinalizePpiState(5));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// GICv4.1: the doorbell fires between the write of VPENDBASER and the store to pending_last, which then says that nothing is pending
// (Linux, "Exclude race between pending_last and the doorbell", kvmarm 2020).
public sealed class Thread_kvmarm_2020_doorbell_against_pending_last : RealBug
{
    private const string Handler = """

            [RunsIn(Context.Task)]
            public void Setup()
            {
                if (Irq.RequestPercpuIrq(Doorbell, DoorbellHandler, "vcpu") == Errno.Ok)
                {
                    using (Preemption.Off())
                    {
                        Irq.EnablePercpuIrq(Doorbell);
                    }
                }
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn DoorbellHandler(IntId irq)
            {
                using (vpeLock.Lock())
                {
                    pendingLast.Write(true);
                }

                return IrqReturn.Handled;
            }
        }
        """;

    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class Vpe
        {
            public static readonly IntId Doorbell = IntId.Ppi(11);
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private readonly Shared<bool> pendingLast = new(false);
            private readonly Shared<ulong> vpendbaser = new(0);

            public void Deschedule(bool requestDoorbell)
            {
                if (requestDoorbell)
                {
                    ulong val = vpendbaser.Read();
                    [|pendingLast.Write((val & 1) != 0)|];
                }
            }
        """ + Handler;

    public override string AsFixed => """
        class Vpe
        {
            public static readonly IntId Doorbell = IntId.Ppi(11);
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private readonly Shared<bool> pendingLast = new(false);
            private readonly Shared<ulong> vpendbaser = new(0);

            public void Deschedule(bool requestDoorbell)
            {
                if (requestDoorbell)
                {
                    IrqFlags flags = vpeLock.AcquireIrqSave();
                    ulong val = vpendbaser.Read();
                    pendingLast.Write((val & 1) != 0);
                    vpeLock.ReleaseIrqRestore(flags);
                }
            }
        """ + Handler;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vpe = new Vpe();
                b.Cpus(1).Boot(vpe.Setup).Source("doorbell", Vpe.Doorbell, cpu: 0).Task(0, "vcpu", () => vpe.Deschedule(requestDoorbell: true));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The ITS emulation read guest tables with kvm_read_guest() outside kvm->srcu: the memory slots may go away meanwhile.
public sealed class Thread_kvmarm_vits_guest_read_outside_srcu : RealBug
{
    private const string Kvm = """
        class Kvm
        {
            public readonly SrcuDomain Srcu = new("kvm");
            public readonly Mutex SlotsLock = new();
            [GuardedBy("SlotsLock", ReadAny = new[] { "Srcu" })] private readonly Shared<int> memslots = new(1);

            [RequiresHeld("this.Srcu", Mode = LockMode.Shared)]
            public int ReadGuest(int gfn) => memslots.Read() + gfn;
        }

        """;

    public override string Rule => "IRQ0114";

    public override string AsItWas => Kvm + """
        class Its
        {
            public int CheckId(Kvm kvm, int gfn) => [|kvm.ReadGuest(gfn)|];
        }
        """;

    public override string AsFixed => Kvm + """
        class Its
        {
            public int CheckId(Kvm kvm, int gfn)
            {
                using (kvm.Srcu.Read())
                {
                    return kvm.ReadGuest(gfn);
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var kvm = new Kvm();
                var its = new Its();
                b.Cpus(1).Task(0, "vcpu", () => its.CheckId(kvm, 2));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The vGIC ended a section with _raw_spin_unlock(), an inner step of raw_spin_unlock(): the validator was not told.
public sealed class Linux_c04f17412991_lock_released_by_an_inner_step : RealBug
{
    private const string Vgic = """
        class VgicDist
        {
            private readonly RawSpinLock lpiListLock = new();
            [GuardedBy("lpiListLock")] private readonly Shared<int> lpiCount = new(0);

            [RunsIn(Context.Task)]
            public void AddLpi()
            {
                lpiListLock.Acquire();
                lpiCount.Add(1);

        """;

    public override string Rule => "IRQ0106";

    public override string AsItWas => Vgic + """
                [|lpiListLock.DoRelease()|];
            }
        }
        """;

    public override string AsFixed => Vgic + """
                lpiListLock.Release();
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var dist = new VgicDist();
                b.Cpus(1).Task(0, "vcpu", dist.AddLpi);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// A guest's CPU_ON is served inside KVM_RUN, with the calling vCPU's mutex held, and took kvm->lock to keep two callers apart; ioctls that stop every vCPU
// take the two the other way round. The fix gives the state of a vCPU a lock of its own.
public sealed class Linux_0acc7239c20a_CPU_ON_takes_the_VM_lock_inside_a_vcpu : RealBug
{
    private const string Vm = """
        class Vcpu
        {
            public readonly Mutex RunLock = new();
            public readonly SpinLock MpStateLock = new();
            public readonly Shared<bool> Stopped = new(true);
        }

        class Kvm
        {
            private readonly Mutex kvmLock = new();
            private readonly Vcpu first = new();
            private readonly Vcpu second = new();
            private readonly Shared<long> address = new(0);

            [RunsIn(Context.Task)]
            public void SetDeviceAddress(long value)
            {
                using (kvmLock.Lock())
                using (first.RunLock.Lock())
                {
                    address.WriteOnce(value);
                }
            }

            [RunsIn(Context.Task)]
            public void RunFirst()
            {
                using (first.RunLock.Lock())
                {
                    PsciCpuOn(second);
                }
            }

        """;

    public override string Rule => "IRQ0101";

    public override string AsItWas => Vm + """
            private void PsciCpuOn(Vcpu target)
            {
                using ([|kvmLock.Lock()|])
                {
                    target.Stopped.WriteOnce(false);
                }
            }
        }
        """;

    public override string AsFixed => Vm + """
            private void PsciCpuOn(Vcpu target)
            {
                using (target.MpStateLock.Lock())
                {
                    target.Stopped.WriteOnce(false);
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var kvm = new Kvm();
                b.Cpus(2).Task(0, "vcpu-0", kvm.RunFirst).Task(1, "vmm", () => kvm.SetDeviceAddress(0x8000000));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}
