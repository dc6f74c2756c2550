using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.History;

// CVE-2024-26598: vgic_its_check_cache() handed an interrupt out after it dropped lpi_list_lock, without a reference; DISCARD frees it meanwhile.
public sealed class Linux_ad362fe07fec_lpi_cache_without_a_reference
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

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0113", Irq + """
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
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Irq + """
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
        """);
}

// Two vCPUs finalise the PPIs of a GICv5 guest at once: one clears the masks while the other sets them.
public sealed class Linux_e63d0a32e736_finalising_PPIs_without_config_lock
{
    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class VgicV5Vm
        {
            private readonly Mutex configLock = new();
            [GuardedBy("configLock")] private readonly ulong[] ppiMask = new ulong[2];

            [RunsIn(Context.Task)]
            public void FinalizePpiState(int ppi)
            {
                [|ppiMask|][0] = 0;
                [|ppiMask|][ppi / 64] |= 1ul << ppi % 64;
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class VgicV5Vm
        {
            private readonly Mutex configLock = new();
            [GuardedBy("configLock")] private readonly ulong[] ppiMask = new ulong[2];

            [RunsIn(Context.Task)]
            public void FinalizePpiState(int ppi)
            {
                configLock.Acquire();
                ppiMask[0] = 0;
                ppiMask[ppi / 64] |= 1ul << ppi % 64;
                configLock.Release();
            }
        }
        """);
}

// GICv4.1: the doorbell fires between the write of VPENDBASER and the store to pending_last, which then says that nothing is pending
// (Linux, "Exclude race between pending_last and the doorbell", kvmarm 2020).
public sealed class Thread_kvmarm_2020_doorbell_against_pending_last
{
    private const string Handler = """

            [RunsIn(Context.HardIrq)]
            public void DoorbellHandler()
            {
                using (vpeLock.Lock())
                {
                    pendingLast = true;
                }
            }
        }
        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class Vpe
        {
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private bool pendingLast;
            private readonly Shared<ulong> vpendbaser = new(0);

            public void Deschedule(bool requestDoorbell)
            {
                if (requestDoorbell)
                {
                    ulong val = vpendbaser.Read();
                    [|pendingLast|] = (val & 1) != 0;
                }
            }
        """ + Handler);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class Vpe
        {
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private bool pendingLast;
            private readonly Shared<ulong> vpendbaser = new(0);

            public void Deschedule(bool requestDoorbell)
            {
                if (requestDoorbell)
                {
                    IrqFlags flags = vpeLock.AcquireIrqSave();
                    ulong val = vpendbaser.Read();
                    pendingLast = (val & 1) != 0;
                    vpeLock.ReleaseIrqRestore(flags);
                }
            }
        """ + Handler);
}

// The ITS emulation read guest tables with kvm_read_guest() outside kvm->srcu: the memory slots may go away meanwhile.
public sealed class Thread_kvmarm_vits_guest_read_outside_srcu
{
    private const string Kvm = """
        class Kvm
        {
            public readonly SrcuDomain Srcu = new("kvm");
            [GuardedBy(ReadAny = new[] { "Srcu" })] private readonly int[] memslots = new int[4];

            [RequiresHeld("this.Srcu", Mode = LockMode.Shared)]
            public int ReadGuest(int gfn) => memslots[gfn];
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0114", Kvm + """
        class Its
        {
            public int CheckId(Kvm kvm, int gfn) => [|kvm.ReadGuest(gfn)|];
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Kvm + """
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
        """);
}
