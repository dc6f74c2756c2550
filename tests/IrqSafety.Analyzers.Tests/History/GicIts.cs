using System.Threading.Tasks;
using Xunit;

namespace IrqSafety.Analyzers.Tests.History;

// its_vlpi_get() and its_vlpi_set_doorbell() looked the VLPI map up in an initialiser, before they took vlpi_lock: a concurrent unmap frees the array.
public sealed class Linux_046b5054f566_vlpi_map_translated_before_the_lock
{
    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class VlpiMap { public int Vpe; }

        class ItsDevice
        {
            private readonly RawSpinLock vlpiLock = new();
            [GuardedBy("vlpiLock")] private VlpiMap[]? vlpiMaps;

            private VlpiMap? GetVlpiMap(int ev)
            {
                VlpiMap[]? maps = [|vlpiMaps|];
                return maps is null ? null : maps[ev];
            }

            public int VlpiGet(int ev)
            {
                VlpiMap? map = GetVlpiMap(ev);
                using (vlpiLock.LockIrqSave())
                {
                    return map is null ? -22 : map.Vpe;
                }
            }

            public void VlpiUnmap()
            {
                using (vlpiLock.LockIrqSave())
                {
                    vlpiMaps = null;
                }
            }
        }
        """,
        "'GetVlpiMap' reads 'ItsDevice.vlpiMaps' without 'ItsDevice.vlpiLock' held, reached via VlpiGet → GetVlpiMap. Take it around the access, or declare [RequiresHeld] where the caller holds it.");

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class VlpiMap { public int Vpe; }

        class ItsDevice
        {
            private readonly RawSpinLock vlpiLock = new();
            [GuardedBy("vlpiLock")] private VlpiMap[]? vlpiMaps;

            private VlpiMap? GetVlpiMap(int ev) => vlpiMaps is null ? null : vlpiMaps[ev];

            public int VlpiGet(int ev)
            {
                using (vlpiLock.LockIrqSave())
                {
                    VlpiMap? map = GetVlpiMap(ev);
                    return map is null ? -22 : map.Vpe;
                }
            }

            public void VlpiUnmap()
            {
                using (vlpiLock.LockIrqSave())
                {
                    vlpiMaps = null;
                }
            }
        }
        """);
}

// its_vlpi_prop_update() went to lpi_write_config(), which reads the map, without vlpi_lock; found by Coverity. The locking moved up to
// its_irq_set_vcpu_affinity(), so that every command has it.
public sealed class Linux_b97e8a2f7130_vlpi_prop_update_without_the_lock
{
    private const string Device = """
        enum Command { Map, Unmap, PropUpdate }

        class ItsDevice
        {
            public readonly RawSpinLock VlpiLock = new();
            [GuardedBy("VlpiLock")] private byte[]? properties;

            [RequiresHeld("this.VlpiLock")]
            public void WriteConfig(int ev, byte property)
            {
                if (properties is not null)
                {
                    properties[ev] = property;
                }
            }

            [RequiresHeld("this.VlpiLock")]
            public void Unmap() => properties = null;
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0114", Device + """
        class ItsChip
        {
            public void SetVcpuAffinity(ItsDevice dev, Command cmd)
            {
                switch (cmd)
                {
                    case Command.Unmap:
                        using (dev.VlpiLock.LockIrqSave())
                        {
                            dev.Unmap();
                        }

                        break;
                    case Command.PropUpdate:
                        PropUpdate(dev, 3);
                        break;
                }
            }

            private static void PropUpdate(ItsDevice dev, int ev) => [|dev.WriteConfig(ev, 1)|];
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Device + """
        class ItsChip
        {
            public void SetVcpuAffinity(ItsDevice dev, Command cmd)
            {
                using IrqSaveLockGuard guard = dev.VlpiLock.LockIrqSave();
                switch (cmd)
                {
                    case Command.Unmap:
                        dev.Unmap();
                        break;
                    case Command.PropUpdate:
                        PropUpdate(dev, 3);
                        break;
                }
            }

            private static void PropUpdate(ItsDevice dev, int ev) => dev.WriteConfig(ev, 1);
        }
        """);
}

// its_map_vm() sent VMAPP without vpe_lock, so that vpe->col_idx was sampled while an affinity change moved it.
public sealed class Linux_a84a07fa3100_vpe_not_locked_for_vmapp
{
    private const string Vpe = """
        class Vpe
        {
            public readonly RawSpinLock VpeLock = new();
            [GuardedBy("VpeLock")] public int ColIdx;
        }

        """;

    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", Vpe + """
        class Its
        {
            private readonly RawSpinLock vmappLock = new();
            private int target;

            public void MapVm(Vpe[] vpes)
            {
                using (vmappLock.LockIrqSave())
                {
                    foreach (Vpe vpe in vpes)
                    {
                        SendVmapp(vpe);
                    }
                }
            }

            private void SendVmapp(Vpe vpe) => target = [|vpe.ColIdx|];
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid(Vpe + """
        class Its
        {
            private readonly RawSpinLock vmappLock = new();
            private int target;

            public void MapVm(Vpe[] vpes)
            {
                using (vmappLock.LockIrqSave())
                {
                    foreach (Vpe vpe in vpes)
                    {
                        using (vpe.VpeLock.Lock())
                        {
                            SendVmapp(vpe);
                        }
                    }
                }
            }

            private void SendVmapp(Vpe vpe) => target = vpe.ColIdx;
        }
        """);
}

// GICv4.1 issues invalidations through the redistributor of the CPU a vPE is on; an affinity change in between, and the wrong redistributor is told.
public sealed class Linux_f3a059219bc7_vpe_affinity_against_redistributor_access
{
    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class Vpe
        {
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private int colIdx;
            private readonly Shared<int>[] invlpir = { new(0), new(0) };

            public void SetAffinity(int cpu)
            {
                using (vpeLock.LockIrqSave())
                {
                    colIdx = cpu;
                }
            }

            private int IrqToCpuid() => [|colIdx|];

            public void Inv(int intid) => invlpir[IrqToCpuid()].Write(intid);
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class Vpe
        {
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private int colIdx;
            private readonly Shared<int>[] invlpir = { new(0), new(0) };

            public void SetAffinity(int cpu)
            {
                using (vpeLock.LockIrqSave())
                {
                    colIdx = cpu;
                }
            }

            [Acquires("this.vpeLock")]
            private int IrqToCpuidLock(out IrqFlags flags)
            {
                flags = vpeLock.AcquireIrqSave();
                return colIdx;
            }

            [Releases("this.vpeLock")]
            private void IrqToCpuidUnlock(IrqFlags flags) => vpeLock.ReleaseIrqRestore(flags);

            public void Inv(int intid)
            {
                int cpu = IrqToCpuidLock(out IrqFlags flags);
                invlpir[cpu].Write(intid);
                IrqToCpuidUnlock(flags);
            }
        }
        """);
}

// Two invalidations on one redistributor at a time: the second finds it busy. rd_lock serialises them.
public sealed class Linux_9058a4e98064_two_invalidations_on_one_redistributor
{
    [Fact]
    public Task As_it_was() => Verify.Reported("IRQ0111", """
        class Rdist
        {
            private readonly RawSpinLock rdLock = new();
            [GuardedBy("rdLock")] private readonly Shared<int> invlpir = new(0);
            private readonly Shared<int> syncr = new(0);

            public void DirectInv(int intid)
            {
                [|invlpir.Write(intid)|];
                WaitForSyncr();
            }

            private void WaitForSyncr()
            {
                while (syncr.ReadOnce() != 0)
                {
                    Processor.Relax();
                }
            }
        }
        """);

    [Fact]
    public Task As_it_was_fixed() => Verify.Valid("""
        class Rdist
        {
            private readonly RawSpinLock rdLock = new();
            [GuardedBy("rdLock")] private readonly Shared<int> invlpir = new(0);
            private readonly Shared<int> syncr = new(0);

            public void DirectInv(int intid)
            {
                using (rdLock.LockIrqSave())
                {
                    invlpir.Write(intid);
                    WaitForSyncr();
                }
            }

            private void WaitForSyncr()
            {
                while (syncr.ReadOnce() != 0)
                {
                    Processor.Relax();
                }
            }
        }
        """);
}
