using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// irq_affinity_online_cpu() took desc->lock with raw_spin_lock_irq(). Its conversion to lock guards wrote the plain flavour: the CPU's hotplug thread then
// holds the lock with interrupts on, and the interrupt that it brings back takes the same lock.
public sealed class Linux_c85550625706_affinity_restored_with_interrupts_on : RealBug
{
    private const string Handler = """
        class IrqDesc
        {
            public static readonly IntId Line = IntId.Ppi(11);
            private readonly RawSpinLock descLock = new();
            [GuardedBy("descLock")] private readonly Shared<bool> masked = new(true);

            [RunsIn(Context.Task)]
            public void Setup()
            {
                if (Irq.RequestPercpuIrq(Line, HandleFasteoi, "line") == Errno.Ok)
                {
                    using (Preemption.Off())
                    {
                        Irq.EnablePercpuIrq(Line);
                    }
                }
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn HandleFasteoi(IntId irq)
            {
                using (descLock.Lock())
                {
                    masked.Write(true);
                }

                return IrqReturn.Handled;
            }

        """;

    public override string Rule => "IRQ0107";

    public override string AsItWas => Handler + """
            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            public void AffinityOnlineCpu()
            {
                using ([|descLock.Lock()|])
                {
                    masked.Write(false);
                }
            }
        }
        """;

    public override string AsFixed => Handler + """
            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            public void AffinityOnlineCpu()
            {
                using (descLock.LockIrq())
                {
                    masked.Write(false);
                }
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var desc = new IrqDesc();
                b.Cpus(1).Boot(desc.Setup).Source("line", IrqDesc.Line, cpu: 0).Task(0, "cpuhp", desc.AffinityOnlineCpu);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// The irq_set_type() callback of the MediaTek controller runs under the raw lock of the descriptor and took a spinlock_t, which sleeps on a real-time build
// (linux-arm-kernel, "irqchip/mtk-sysirq", spinlock to raw_spinlock).
public sealed class Thread_mtk_sysirq_set_type_takes_a_spinlock : RealBug
{
    public override string Rule => "IRQ0110";

    public override string AsItWas => """
        class MtkSysirq
        {
            private readonly SpinLock chipLock = new();
            [GuardedBy("chipLock")] private readonly Shared<uint> polarity = new(0);

            public IrqChip Chip => new("mtk-sysirq") { SetType = SetType };

            [RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
            private Errno SetType(IntId irq, Trigger trigger)
            {
                IrqFlags flags = [|chipLock.AcquireIrqSave()|];
                polarity.Write(1u << irq.Value % 32);
                chipLock.ReleaseIrqRestore(flags);
                return Errno.Ok;
            }
        }
        """;

    public override string AsFixed => """
        class MtkSysirq
        {
            private readonly RawSpinLock chipLock = new();
            [GuardedBy("chipLock")] private readonly Shared<uint> polarity = new(0);

            public IrqChip Chip => new("mtk-sysirq") { SetType = SetType };

            [RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
            private Errno SetType(IntId irq, Trigger trigger)
            {
                IrqFlags flags = chipLock.AcquireIrqSave();
                polarity.Write(1u << irq.Value % 32);
                chipLock.ReleaseIrqRestore(flags);
                return Errno.Ok;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var chip = new MtkSysirq();
                b.Cpus(1).Task(0, "probe", () =>
                {
                    Irq.SetChip(IntId.Spi(4), chip.Chip);
                    Irq.SetType(IntId.Spi(4), Trigger.Level);
                });
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// The same in the Amlogic GPIO interrupt controller, two calls deep.
public sealed class Linux_f872d4af79fe_meson_gpio_lock_under_the_descriptor_lock : RealBug
{
    public override string Rule => "IRQ0110";

    public override string AsItWas => """
        class MesonGpioIrq
        {
            private readonly SpinLock ctlLock = new();
            [GuardedBy("ctlLock")] private readonly Shared<uint> editPolarity = new(0);

            public IrqChip Chip => new("meson-gpio") { SetType = SetType };

            [RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
            private Errno SetType(IntId irq, Trigger trigger)
            {
                UpdateBits(mask: 1u << irq.Value % 8, trigger == Trigger.Edge ? ~0u : 0);
                return Errno.Ok;
            }

            private void UpdateBits(uint mask, uint value)
            {
                IrqFlags flags = [|ctlLock.AcquireIrqSave()|];
                editPolarity.Update(before => before & ~mask | value & mask);
                ctlLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string AsFixed => """
        class MesonGpioIrq
        {
            private readonly RawSpinLock ctlLock = new();
            [GuardedBy("ctlLock")] private readonly Shared<uint> editPolarity = new(0);

            public IrqChip Chip => new("meson-gpio") { SetType = SetType };

            [RunsIn(Context.Task | Context.HardIrq, Within = Section.PreemptOff)]
            private Errno SetType(IntId irq, Trigger trigger)
            {
                UpdateBits(mask: 1u << irq.Value % 8, trigger == Trigger.Edge ? ~0u : 0);
                return Errno.Ok;
            }

            private void UpdateBits(uint mask, uint value)
            {
                IrqFlags flags = ctlLock.AcquireIrqSave();
                editPolarity.Update(before => before & ~mask | value & mask);
                ctlLock.ReleaseIrqRestore(flags);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var chip = new MesonGpioIrq();
                b.Cpus(1).Task(0, "probe", () =>
                {
                    Irq.SetChip(IntId.Spi(4), chip.Chip);
                    Irq.SetType(IntId.Spi(4), Trigger.Level);
                });
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// cpu_enable_ssbs() registers its hook once, under a lock of its own. It is called on every CPU, by stop_machine() at boot and with interrupts off on each CPU
// that comes up later, where a spinlock_t must not sleep.
public sealed class Linux_27e6e7d63fc2_ssbs_hook_lock_sleeps_in_stop_machine : RealBug
{
    public override string Rule => "IRQ0110";

    public override string AsItWas => """
        static class Ssbs
        {
            private static readonly SpinLock s_hookLock = new();
            [GuardedBy("s_hookLock")] private static readonly Shared<bool> s_registered = new(false);

            [RunsIn(Context.Task, Within = Section.StopMachine)]
            [RunsOnEachCpu]
            public static void CpuEnable()
            {
                [|s_hookLock.Acquire()|];
                if (!s_registered.Read())
                {
                    s_registered.Write(true);
                }

                s_hookLock.Release();
            }
        }
        """;

    public override string AsFixed => """
        static class Ssbs
        {
            private static readonly RawSpinLock s_hookLock = new();
            [GuardedBy("s_hookLock")] private static readonly Shared<bool> s_registered = new(false);

            [RunsIn(Context.Task, Within = Section.StopMachine)]
            [RunsOnEachCpu]
            public static void CpuEnable()
            {
                s_hookLock.Acquire();
                if (!s_registered.Read())
                {
                    s_registered.Write(true);
                }

                s_hookLock.Release();
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1).Boot(() => CpuHotplug.SetupState("arm64/cpufeature", _ => Ssbs.CpuEnable(), null));
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// A managed line is shut down with the last CPU of its mask and started when one comes back. What started it left a suspended line alone, and resume undoes only what suspend did: the line was
// disabled twice and enabled once, and stayed masked for ever.
public sealed class Linux_72218d74c9c5_managed_line_not_started_while_suspended : RealBug
{
    private const string Line = """
        class ManagedLine
        {
            public static readonly IntId Number = IntId.Spi(5);
            private readonly Shared<bool> suspended = new(false);

            [RunsIn(Context.Task)]
            public void Setup()
            {
                _ = Irq.RequestIrq(Number, Handle, IrqRequestFlags.None, "managed");
                _ = CpuHotplug.SetupOnlineState("irq/affinity:online", Online, Offline, out _);
            }

            [RunsIn(Context.Task)]
            public void Suspend()
            {
                suspended.Write(true);
                Irq.DisableIrq(Number);
            }

            [RunsIn(Context.Task)]
            public void Resume()
            {
                suspended.Write(false);
                Irq.EnableIrq(Number);
            }

            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            private Errno Offline(CpuId cpu)
            {
                if (cpu == new CpuId(1))
                {
                    Irq.DisableIrq(Number);
                }

                return Errno.Ok;
            }

            [RunsIn(Context.HardIrq)]
            private IrqReturn Handle(IntId irq) => IrqReturn.Handled;

        """;

    public override string? Rule => null;

    public override string AsItWas => Line + """
            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            private Errno Online(CpuId cpu)
            {
                if (cpu == new CpuId(1) && started && !suspended.Read())
                {
                    Irq.EnableIrq(Number);
                }

                started |= cpu == new CpuId(1);
                return Errno.Ok;
            }

            private bool started;
        }
        """;

    public override string AsFixed => Line + """
            [RunsIn(Context.Task, Within = Section.CpuOnline)]
            private Errno Online(CpuId cpu)
            {
                if (cpu == new CpuId(1) && started)
                {
                    Irq.EnableIrq(Number);
                }

                started |= cpu == new CpuId(1);
                return Errno.Ok;
            }

            private bool started;
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var line = new ManagedLine();
                Machine machine = null!;
                b.Cpus(2).Boot(line.Setup).Boot(built => machine = built).Task(0, "suspend", () =>
                {
                    line.Suspend();
                    _ = CpuHotplug.TakeDown(new CpuId(1));
                    _ = CpuHotplug.BringUp(new CpuId(1));
                    line.Resume();
                }).AtEnd("the line is enabled again", () => machine.Irqs[ManagedLine.Number].DisableDepth == 0);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}
