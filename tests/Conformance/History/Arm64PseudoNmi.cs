using System;
using IrqSafety.Rules;

namespace IrqSafety.Conformance.Tests.History;

// A spurious 1023 taken with PMR at IRQOFF was accounted as an NMI; the driver then cleared DAIF.I and F before it looked at the INTID, and the next NMI hit
// BUG(in_nmi()). "irqchip/gic-v3: Do not enable irqs when handling spurious interrups".
public sealed class Linux_7be4db5c2b59_irqs_enabled_for_a_spurious_interrupt : RealBug
{
    public override string Rule => "IRQ0308";

    public override string AsItWas => """
        class GicV3
        {
            [Quiesces]
            private static void Quiet(IntId irq) => Machine.Current.Gic.Deassert(irq, Processor.RawId);

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            public static void HandleIrq()
            {
                IntId irqnr = Icc.ReadIar1();
                if (Icc.ReadRpr() == Priority.Nmi && irqnr.Value < 1020)
                {
                    Quiet(irqnr);
                    Icc.WriteEoir1(irqnr);
                    return;
                }

                Icc.MaskIrqs();
                [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];
                if (irqnr.Value >= 1020 && irqnr.Value <= 1023)
                {
                    return;
                }

                Icc.WriteEoir1(irqnr);
            }
        }
        """;

    public override string AsFixed => """
        class GicV3
        {
            [Quiesces]
            private static void Quiet(IntId irq) => Machine.Current.Gic.Deassert(irq, Processor.RawId);

            [RunsIn(Context.HardIrq | Context.PseudoNmi)]
            public static void HandleIrq()
            {
                IntId irqnr = Icc.ReadIar1();
                if (Icc.ReadRpr() == Priority.Nmi && irqnr.Value < 1020)
                {
                    Quiet(irqnr);
                    Icc.WriteEoir1(irqnr);
                    return;
                }

                if (irqnr.Value >= 1020 && irqnr.Value <= 1023)
                {
                    return;
                }

                Icc.MaskIrqs();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
                Icc.WriteEoir1(irqnr);
            }
        }
        """;

    // The line is on only while interrupts are off, and falls before what it signalled is acknowledged.
    public override string Scenario => """
        class Scenario : IScenario
        {
            private static readonly IntId s_pmu = IntId.Ppi(7);

            public void Build(MachineBuilder b) => b.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest)
                .Boot(() =>
                {
                    Irq.SetHandleIrq(GicV3.HandleIrq);
                    Irq.RequestPercpuNmi(s_pmu, [RunsIn(Context.PseudoNmi)] (_) => IrqReturn.Handled, "pmu");
                })
                .Task(0, "task", () =>
                {
                    LocalIrq.Disable();
                    Irq.PreparePercpuNmi(s_pmu);
                    Irq.EnablePercpuNmi(s_pmu);
                    Irq.DisablePercpuNmi(s_pmu);
                    LocalIrq.Enable();
                })
                .Source("pmu", s_pmu, cpu: 0, trigger: Trigger.Level)
                .Withdrawn();
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// In the crash kernel setup_arch() cleared PSTATE.I before init_IRQ() made the IRQ stacks: a pending pseudo-NMI overflowed the stack. "arm64: fix kernel stack
// overflow in kdump capture kernel".
public sealed class Thread_arm64_kdump_stack_overflow_with_pseudo_NMI : RealBug
{
    public override string Rule => "IRQ0308";

    public override string AsItWas => """
        class Kernel
        {
            [PreparesInterrupts("the IRQ stacks")]
            private static void InitIrqStacks() { }

            public void StartKernel()
            {
                [|SetupArch()|];
                InitIrqStacks();
            }

            private static void SetupArch() => LocalDaif.Restore(DaifFlags.ProcessNoIrq);
        }
        """;

    public override string AsFixed => """
        class Kernel
        {
            [PreparesInterrupts("the IRQ stacks")]
            private static void InitIrqStacks() { }

            public void StartKernel()
            {
                SetupArch();
                InitIrqStacks();
                LocalDaif.Restore(DaifFlags.ProcessNoIrq);
            }

            private static void SetupArch() => LocalDaif.Restore(DaifFlags.Error);
        }
        """;
}

// el0_dbg() and el0_error() cleared PSTATE.I before context tracking was told that the kernel had been entered: interrupts and NMIs came in a state that was not
// ready for them. "arm64: entry.S: Do not enable IRQs for ct_user_exit".
public sealed class Thread_arm64_entry_irqs_enabled_for_ct_user_exit : RealBug
{
    public override string Rule => "IRQ0302";

    public override string AsItWas => """
        class Entry
        {
            [RequiresMasked(Mask.Irq)]
            public void El0Error()
            {
                [|LocalIrq.Enable()|];
                ContextTracking();
            }

            private static void ContextTracking() { }
        }
        """;

    public override string AsFixed => """
        class Entry
        {
            [RequiresMasked(Mask.Irq)]
            public void El0Error() => ContextTracking();

            private static void ContextTracking() { }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var entry = new Entry();
                b.Cpus(1).Task(0, "el0", () =>
                {
                    IrqFlags flags = LocalIrq.Save();
                    entry.El0Error();
                    LocalIrq.Restore(flags);
                });
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// With pseudo-NMIs WFI behind a closed PMR never woke for an IRQ. "arm64: Unmask PMR before going idle".
public sealed class Linux_22382bd16fae_idle_behind_the_priority_mask : RealBug
{
    public override string Rule => "IRQ0307";

    public override string AsItWas => """
        class Idle
        {
            [RequiresMasked(Mask.Irq)]
            public static void CpuDoIdle() => [|Processor.Wfi()|];
        }
        """;

    public override string AsFixed => """
        class Idle
        {
            [RequiresMasked(Mask.Irq)]
            public static void CpuDoIdle()
            {
                DaifFlags daif = LocalDaif.Save();
                Processor.Wfi();
                LocalDaif.Restore(daif);
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                b.Cpus(2)
                    .Boot(() =>
                    {
                        Smp.SetIpiRange(IntId.Sgi(0), 8);
                        Irq.RequestPercpuIrq(Smp.IpiLine(Ipi.Reschedule), [RunsIn(Context.HardIrq)] (_) => IrqReturn.Handled, "reschedule");
                        CpuHotplug.SetupState("ipi:starting", _ => Irq.EnablePercpuIrq(Smp.IpiLine(Ipi.Reschedule)), null);
                    })
                    .Task(0, "idle", () =>
                    {
                        IrqFlags flags = LocalIrq.Save();
                        Idle.CpuDoIdle();
                        LocalIrq.Restore(flags);
                    })
                    .Task(1, "waker", () => Smp.CrossCall(CpuMask.Of(new CpuId(0)), Ipi.Reschedule));
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// gic_handle_irq() left PMR and DAIF in a state that depended on whether an IRQ or an NMI had been taken, and from where. "irqchip/gic-v3: Fix priority mask
// handling" split the handler, so that the NMI side puts back what it found.
public sealed class Linux_614ab80c9647_priority_mask_left_by_the_path : RealBug
{
    public override string Rule => "IRQ0304";

    public override string AsItWas => """
        class GicV3
        {
            [RunsIn(Context.PseudoNmi)]
            public static void HandleNmi()
            {
                Icc.MaskIrqs();
                IntId irqnr = Icc.ReadIar1();
                if (irqnr.IsSpecial)
                {
                    return;
                }

                [|LocalDaif.Restore(DaifFlags.ProcessNoIrq)|];
                Icc.WriteEoir1(irqnr);
            }
        }
        """;

    public override string AsFixed => """
        class GicV3
        {
            [RunsIn(Context.PseudoNmi)]
            public static void HandleNmi()
            {
                Pmr pmr = Icc.ReadPmr();
                Icc.MaskIrqs();
                IntId irqnr = Icc.ReadIar1();
                Icc.WritePmr(pmr);
                if (irqnr.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irqnr);
            }
        }
        """;

    // The line is on only while interrupts are off, so that what comes is an NMI.
    public override string Scenario => """
        class Scenario : IScenario
        {
            private static readonly IntId s_pmu = IntId.Ppi(7);

            public void Build(MachineBuilder b) => b.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest)
                .Boot(() =>
                {
                    Irq.SetHandleIrq(GicV3.HandleNmi);
                    Irq.RequestPercpuNmi(s_pmu, [RunsIn(Context.PseudoNmi)] (_) => IrqReturn.Handled, "pmu");
                })
                .Task(0, "task", () =>
                {
                    LocalIrq.Disable();
                    Irq.PreparePercpuNmi(s_pmu);
                    Irq.EnablePercpuNmi(s_pmu);
                    Irq.DisablePercpuNmi(s_pmu);
                    LocalIrq.Enable();
                })
                .Source("pmu", s_pmu, cpu: 0);
        }
        """;

    public override Evidence Evidence => Evidence.Breach;
}

// Two security states and SCR_EL3.FIQ clear: the distributor shifts what Non-secure software writes and PMR is not shifted, so that NMIs became IRQs.
// "irqchip/gic-v3: Support pseudo-NMIs when SCR_EL3.FIQ == 0".
public sealed class Linux_336780590990_priorities_in_the_shifted_view : RealBug
{
    public override string Rule => "IRQ0306";

    public override string AsItWas => """
        class GicV3
        {
            public void NmiSetup(IntId irq) => [|Gicd.SetPriority(irq, Priority.Nmi)|];
        }
        """;

    public override string AsFixed => """
        class GicV3
        {
            public void NmiSetup(IntId irq) => Gicd.SetPriority(irq, Machine.Current.Gic.Programmed(Priority.Nmi));
        }
        """;
}

// The NMI flow handlers counted in tot_count, which ordinary handlers change under the descriptor's lock: counts were lost. They count per CPU now.
public sealed class Thread_genirq_statistics_of_NMI_lines : RealBug
{
    public override string Rule => "IRQ0211";

    public override string AsItWas => """
        class IrqDesc
        {
            private readonly RawSpinLock descLock = new();
            private readonly Shared<int> totCount = new(0);

            [RunsIn(Context.HardIrq)]
            public IrqReturn HandleFasteoi(IntId irq)
            {
                using (descLock.Lock())
                {
                    [|totCount.Add(1)|];
                }

                return IrqReturn.Handled;
            }

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn HandleFasteoiNmi(IntId irq)
            {
                [|totCount.Add(1)|];
                return IrqReturn.Handled;
            }
        }
        """;

    public override string AsFixed => """
        class IrqDesc
        {
            private readonly RawSpinLock descLock = new();
            private readonly Shared<int> totCount = new(0);
            private readonly PerCpu<int> kstatIrqs = new(0);

            [RunsIn(Context.HardIrq)]
            public IrqReturn HandleFasteoi(IntId irq)
            {
                using (descLock.Lock())
                {
                    totCount.Add(1);
                }

                return IrqReturn.Handled;
            }

            [RunsIn(Context.PseudoNmi)]
            public IrqReturn HandleFasteoiNmi(IntId irq)
            {
                kstatIrqs.This.Add(1);
                return IrqReturn.Handled;
            }
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var desc = new IrqDesc();
                b.Cpus(1)
                    .Boot(() =>
                    {
                        Nmi.Connect(desc.HandleFasteoiNmi);
                        Irq.RequestPercpuIrq(IntId.Ppi(11), desc.HandleFasteoi, "line");
                        using (Preemption.Off())
                        {
                            Irq.EnablePercpuIrq(IntId.Ppi(11));
                        }
                    })
                    .Source("nmi", Nmi.Line, cpu: 0)
                    .Source("line", IntId.Ppi(11), cpu: 0);
            }
        }
        """ + ScenarioParts.Nmi;

    public override Evidence Evidence => Evidence.Breach;
}

// kdb parked the CPUs by NMI and then scheduled work, whose pool lock one of them held. "kdb: Fix the deadlock issue in KDB debugging" (v11).
public sealed class Thread_kgdb_v11_work_queued_while_the_CPUs_are_parked : RealBug
{
    private const string Pool = """
        class WorkPool
        {
            private readonly RawSpinLock poolLock = new();
            private readonly Shared<bool> idle = new(false);

            public void Queue()
            {
                using (poolLock.LockIrqSave())
                {
                }
            }

            // On another CPU: the section takes long.
            public void Drain()
            {
                poolLock.AcquireIrq();
                while (!idle.ReadOnce())
                {
                    Processor.Relax();
                }

                poolLock.ReleaseIrq();
            }
        }

        """;

    public override string Rule => "IRQ0264";

    public override string AsItWas => Pool.Replace("poolLock.LockIrqSave()", "[|poolLock.LockIrqSave()|]", StringComparison.Ordinal) + """
        class Kdb(WorkPool pool)
        {
            public void Enter(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                Smp.WaitForOthersToStop(1_000_000);
                Smp.CrossCall(others, Ipi.CpuStopNmi);
                pool.Queue();
            }
        }
        """;

    public override string AsFixed => Pool + """
        class Kdb(WorkPool pool)
        {
            private bool resetKeyboard;

            public bool NeedsKeyboardReset => resetKeyboard;

            public void Enter(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                Smp.WaitForOthersToStop(1_000_000);
                Smp.CrossCall(others, Ipi.CpuStopNmi);
                resetKeyboard = true;
            }

            // From an irq_work after the CPUs run again.
            public void Leave() => pool.Queue();
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var pool = new WorkPool();
                var kdb = new Kdb(pool);
                b.Cpus(2)
                    .Boot(() => IpiLayer.SetSmpIpiRange(IntId.Sgi(0), 8))
                    .Task(0, "kdb", () =>
                    {
                        LocalIrq.Disable();
                        Preemption.Disable();
                        kdb.Enter(CpuMask.Of(new CpuId(1)));
                        Processor.Panic("kdb");
                    })
                    .Task(1, "worker", pool.Drain);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}

// smp_send_stop() stopped the other CPUs by NMI at once: one of them held the console's lock, and the panic hung in its own last message. "arm64: smp:
// smp_send_stop() and crash_smp_send_stop() should try non-NMI first".
public sealed class Thread_arm64_smp_send_stop_tries_the_NMI_first : RealBug
{
    private const string Console = """
        class Console
        {
            private readonly RawSpinLock portLock = new();

            public void Write()
            {
                using (portLock.LockIrqSave())
                {
                }
            }
        }

        """;

    public override string Rule => "IRQ0803";

    public override string AsItWas => Console + """
        class Panic(Console console)
        {
            public void StopOthers(CpuMask others)
            {
                [|Smp.CrossCall(others, Ipi.CpuStopNmi)|];
                Smp.WaitForOthersToStop(10_000);
            }

            public void Say() => console.Write();
        }
        """;

    public override string AsFixed => Console + """
        class Panic(Console console)
        {
            public void StopOthers(CpuMask others)
            {
                Smp.CrossCall(others, Ipi.CpuStop);
                if (!Smp.WaitForOthersToStop(1_000_000))
                {
                    Smp.CrossCall(others, Ipi.CpuStopNmi);
                    Smp.WaitForOthersToStop(10_000);
                }
            }

            public void Say() => console.Write();
        }
        """;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var console = new Console();
                var panic = new Panic(console);
                b.Cpus(2)
                    .Boot(() => IpiLayer.SetSmpIpiRange(IntId.Sgi(0), 8))
                    .Task(0, "panic", () =>
                    {
                        LocalIrq.Disable();
                        Preemption.Disable();
                        panic.StopOthers(CpuMask.Of(new CpuId(1)));
                        panic.Say();
                        Processor.Panic("stopped");
                    })
                    .Task(1, "printk", console.Write);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Harm;
}
