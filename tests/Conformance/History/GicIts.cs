using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// its_vlpi_get() and its_vlpi_set_doorbell() looked the VLPI map up in an initialiser, before they took vlpi_lock: a concurrent unmap frees the array.
public sealed class Linux_046b5054f566_vlpi_map_translated_before_the_lock : RealBug
{
    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class VlpiMap { public int Vpe; }

        class ItsDevice
        {
            private readonly RawSpinLock vlpiLock = new();
            [GuardedBy("vlpiLock")] private readonly Shared<VlpiMap[]?> vlpiMaps = new([new VlpiMap()]);

            private VlpiMap? GetVlpiMap(int ev)
            {
                VlpiMap[]? maps = [|vlpiMaps.Read()|];
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
                    vlpiMaps.Write(null);
                }
            }
        }
        """;

    public override string AsFixed => """
        class VlpiMap { public int Vpe; }

        class ItsDevice
        {
            private readonly RawSpinLock vlpiLock = new();
            [GuardedBy("vlpiLock")] private readonly Shared<VlpiMap[]?> vlpiMaps = new([new VlpiMap()]);

            private VlpiMap? GetVlpiMap(int ev)
            {
                VlpiMap[]? maps = vlpiMaps.Read();
                return maps is null ? null : maps[ev];
            }

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
                    vlpiMaps.Write(null);
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var its = new ItsDevice();
                b.Cpus(2).Task(0, "vfio", () => its.VlpiGet(0)).Task(1, "irqbypass", its.VlpiUnmap);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// its_vlpi_prop_update() went to lpi_write_config(), which reads the map, without vlpi_lock; found by Coverity. The locking moved up to
// its_irq_set_vcpu_affinity(), so that every command has it.
public sealed class Linux_b97e8a2f7130_vlpi_prop_update_without_the_lock : RealBug
{
    private const string Device = """
        enum Command { Map, Unmap, PropUpdate }

        class ItsDevice
        {
            public readonly RawSpinLock VlpiLock = new();
            [GuardedBy("VlpiLock")] private readonly Shared<byte> property = new(0);

            [RequiresHeld("this.VlpiLock")]
            public void WriteConfig(int ev, byte value) => property.Write(value);

            [RequiresHeld("this.VlpiLock")]
            public void Unmap() => property.Write(0);
        }

        """;

    public override string Rule => "IRQ0114";

    public override string AsItWas => Device + """
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
        """;

    public override string AsFixed => Device + """
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
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var device = new ItsDevice();
                var chip = new ItsChip();
                b.Cpus(2)
                    .Task(0, "vcpu", () => chip.SetVcpuAffinity(device, Command.PropUpdate))
                    .Task(1, "irqbypass", () => chip.SetVcpuAffinity(device, Command.Unmap));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// its_map_vm() sent VMAPP without vpe_lock, so that vpe->col_idx was sampled while an affinity change moved it.
public sealed class Linux_a84a07fa3100_vpe_not_locked_for_vmapp : RealBug
{
    private const string Vpe = """
        class Vpe
        {
            public readonly RawSpinLock VpeLock = new();
            [GuardedBy("VpeLock")] public readonly Shared<int> ColIdx = new(0);
        }

        """;

    public override string Rule => "IRQ0111";

    public override string AsItWas => Vpe + """
        class Its
        {
            private readonly RawSpinLock vmappLock = new();
            private readonly Shared<int> target = new(0);

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

            private void SendVmapp(Vpe vpe) => target.Write([|vpe.ColIdx.Read()|]);
        }
        """;

    public override string AsFixed => Vpe + """
        class Its
        {
            private readonly RawSpinLock vmappLock = new();
            private readonly Shared<int> target = new(0);

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

            private void SendVmapp(Vpe vpe) => target.Write(vpe.ColIdx.Read());
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var its = new Its();
                var vpe = new Vpe();
                b.Cpus(1).Task(0, "kvm", () => its.MapVm([vpe]));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// GICv4.1 issues invalidations through the redistributor of the CPU a vPE is on; an affinity change in between, and the wrong redistributor is told.
public sealed class Linux_f3a059219bc7_vpe_affinity_against_redistributor_access : RealBug
{
    public override string Rule => "IRQ0111";

    public override string AsItWas => """
        class Vpe
        {
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private readonly Shared<int> colIdx = new(0);
            private readonly Shared<int>[] invlpir = { new(0), new(0) };

            public void SetAffinity(int cpu)
            {
                using (vpeLock.LockIrqSave())
                {
                    colIdx.Write(cpu);
                }
            }

            private int IrqToCpuid() => [|colIdx.Read()|];

            public void Inv(int intid) => invlpir[IrqToCpuid()].Write(intid);
        }
        """;

    public override string AsFixed => """
        class Vpe
        {
            private readonly RawSpinLock vpeLock = new();
            [GuardedBy("vpeLock")] private readonly Shared<int> colIdx = new(0);
            private readonly Shared<int>[] invlpir = { new(0), new(0) };

            public void SetAffinity(int cpu)
            {
                using (vpeLock.LockIrqSave())
                {
                    colIdx.Write(cpu);
                }
            }

            [Acquires("this.vpeLock")]
            private int IrqToCpuidLock(out IrqFlags flags)
            {
                flags = vpeLock.AcquireIrqSave();
                return colIdx.Read();
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
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var vpe = new Vpe();
                b.Cpus(2).Task(0, "vcpu", () => vpe.Inv(8192)).Task(1, "migrate", () => vpe.SetAffinity(1));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// Two invalidations on one redistributor at a time: the second finds it busy. rd_lock serialises them.
public sealed class Linux_9058a4e98064_two_invalidations_on_one_redistributor : RealBug
{
    public override string Rule => "IRQ0111";

    public override string AsItWas => """
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
        """;

    public override string AsFixed => """
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
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var rdist = new Rdist();
                b.Cpus(2).Task(0, "vcpu-0", () => rdist.DirectInv(8192)).Task(1, "vcpu-1", () => rdist.DirectInv(8193));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// irq_set_vcpu_affinity() is called with the raw lock of the descriptor held, and its_vlpi_map() took a mutex under it. (It also allocated there with GFP_KERNEL; the
// fix made that GFP_ATOMIC, which on a real-time build still takes a lock that sleeps. That part is left out.)
public sealed class Linux_11635fa26dc7_vlpi_map_sleeps_under_the_descriptor_lock : RealBug
{
    private const string Core = """
        class ItsDevice
        {
            private readonly RawSpinLock descLock = new();

            [RunsIn(Context.Task)]
            public void SetVcpuAffinity()
            {
                using (descLock.LockIrqSave())
                {
                    VlpiMap();
                }
            }

        """;

    public override string Rule => "IRQ0116";

    public override string AsItWas => Core + """
            private readonly Mutex vlpiLock = new();
            [GuardedBy("vlpiLock")] private readonly Shared<int> mapped = new(0);

            private void VlpiMap()
            {
                using ([|vlpiLock.Lock()|])
                {
                    mapped.Add(1);
                }
            }
        }
        """;

    public override string AsFixed => Core + """
            private readonly RawSpinLock vlpiLock = new();
            [GuardedBy("vlpiLock")] private readonly Shared<int> mapped = new(0);

            private void VlpiMap()
            {
                using (vlpiLock.Lock())
                {
                    mapped.Add(1);
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var device = new ItsDevice();
                b.Cpus(1).Task(0, "vfio", device.SetVcpuAffinity);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}
