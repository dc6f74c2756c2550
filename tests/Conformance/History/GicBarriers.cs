using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Conformance.Tests.History;

// In EOImode 0 there was no context synchronisation event between the read of IAR and the handler of a pseudo-NMI: the PMU's then read its overflow register as it
// had been before the interrupt.
public sealed class Linux_adf14453d2c0_pseudo_NMI_without_an_ISB_after_its_acknowledge : RealBug
{
    private const string Nmi = """
        static class GicV3
        {
            private static readonly bool s_supportsDeactivate = false;

            [RunsIn(Context.PseudoNmi)]
            public static void HandleNmi()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }


        """;

    public override string Rule => "IRQ0310";

    public override string AsItWas => Nmi + """
                if (s_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                    Barrier.Isb();
                }

                [|Irq.GenericHandleDomainNmi(irq)|];
            }
        }
        """;

    public override string AsFixed => Nmi + """
                if (s_supportsDeactivate)
                {
                    Icc.WriteEoir1(irq);
                }

                Barrier.Isb();
                Irq.GenericHandleDomainNmi(irq);
            }
        }
        """;

    public override MemoryModel Memory => MemoryModel.Arm;

    public override Evidence Evidence => Evidence.Breach;

    // The line is on only while interrupts are off, so that what comes is an NMI.
    public override string Scenario => """
        class Scenario : IScenario
        {
            private static readonly IntId s_pmu = IntId.Ppi(7);

            public void Build(MachineBuilder b) => b.Cpus(1).Profile(MachineProfile.GicV3PseudoNmiGuest)
                .Boot(() =>
                {
                    Irq.SetHandleIrq(GicV3.HandleNmi);
                    Irq.RequestPercpuNmi(s_pmu, Overflow, "pmu");
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

            [RunsIn(Context.PseudoNmi)]
            private static IrqReturn Overflow(IntId irq) => IrqReturn.Handled;
        }
        """;
}

// The same for ordinary interrupts, in the drivers of both GICs.
public sealed class Linux_39a06b67c2c1_no_ISB_between_acknowledge_and_handler : RealBug
{
    private const string Root = """
        static class GicV2
        {
            [RunsIn(Context.HardIrq)]
            public static void HandleIrq()
            {
                GiccAcknowledge acknowledged = Gicc.ReadIar();
                if (acknowledged.Irq.IsSpecial)
                {
                    return;
                }

                Gicc.WriteEoir(acknowledged);

        """;

    public override string Rule => "IRQ0310";

    public override string AsItWas => Root + """
                [|Irq.GenericHandleDomainIrq(acknowledged.Irq)|];
            }
        }
        """;

    public override string AsFixed => Root + """
                Barrier.Isb();
                Irq.GenericHandleDomainIrq(acknowledged.Irq);
            }
        }
        """;

    public override MemoryModel Memory => MemoryModel.Arm;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            private static readonly IntId s_uart = IntId.Spi(5);

            public void Build(MachineBuilder b) => b.Cpus(1).Profile(MachineProfile.GicV2)
                .Boot(() =>
                {
                    Irq.SetHandleIrq(GicV2.HandleIrq);
                    Irq.SetType(s_uart, Trigger.Edge);
                    Irq.RequestIrq(s_uart, Handle, IrqRequestFlags.None, "uart");
                })
                .Task(0, "task", Processor.Relax)
                .Source("uart", s_uart, cpu: 0);

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """;
}

// gic_interrupt() of Xen: the same.
public sealed class Xen_177afec455_no_ISB_between_acknowledge_and_handler : RealBug
{
    private const string Loop = """
        static class Gic
        {
            [RunsIn(Context.HardIrq)]
            public static void Interrupt()
            {
                while (true)
                {
                    IntId irq = Icc.ReadIar1();
                    if (irq.IsSpecial)
                    {
                        return;
                    }

                    Icc.WriteEoir1(irq);

        """;

    public override string Rule => "IRQ0310";

    public override string AsItWas => Loop + """
                    [|Irq.GenericHandleDomainIrq(irq)|];
                }
            }
        }
        """;

    public override string AsFixed => Loop + """
                    Barrier.Isb();
                    Irq.GenericHandleDomainIrq(irq);
                }
            }
        }
        """;

    public override MemoryModel Memory => MemoryModel.Arm;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            private static readonly IntId s_uart = IntId.Spi(5);

            public void Build(MachineBuilder b) => b.Cpus(1).Profile(MachineProfile.GicV3Irq)
                .Boot(() =>
                {
                    Irq.SetHandleIrq(Gic.Interrupt);
                    Irq.SetType(s_uart, Trigger.Edge);
                    Irq.RequestIrq(s_uart, Handle, IrqRequestFlags.None, "uart");
                })
                .Task(0, "task", Processor.Relax)
                .Source("uart", s_uart, cpu: 0);

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """;
}

// Software resend called the flow handler of the GIC from a task: it ends an interrupt that nobody acknowledged.
public sealed class Linux_1b57d91b969c_software_resend_of_an_interrupt_that_was_not_acknowledged : RealBug
{
    private const string Line = """
        static class Resend
        {
            public static readonly IntId Line = IntId.Spi(5);

            [RunsIn(Context.Task)]
            public static void Check()
            {

        """;

    public override string Rule => "IRQ0210";

    public override string AsItWas => Line + """
                [|Irq.GenericHandleDomainIrq(Line)|];
            }
        }
        """;

    // Only by the hardware's retrigger.
    public override string AsFixed => Line + """
                Gicd.SetPending(Line);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1)
                .Boot(() =>
                {
                    Irq.SetType(Resend.Line, Trigger.Edge);
                    Irq.RequestIrq(Resend.Line, Handle, IrqRequestFlags.None, "line");
                })
                .Task(0, "resend", Resend.Check);

            [RunsIn(Context.HardIrq)]
            private static IrqReturn Handle(IntId irq) => IrqReturn.Handled;
        }
        """;
}

// The redistributor still wrote what was pending to the tables that were taken from it.
public sealed class TfA_66668c77c_LPI_tables_taken_before_RWP : RealBug
{
    public override string Rule => "IRQ0313";

    public override string AsItWas => """
        static class Rdist
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void DisableLpis() => [|Gicr.DisableLpis()|];
        }
        """;

    public override string AsFixed => """
        static class Rdist
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void DisableLpis()
            {
                Gicr.DisableLpis();
                Gicr.WaitForRwp();
            }
        }
        """;
}

// gicv3_init_secondary_cpu … the RWP bit of the distributor (31) was polled in the redistributor's GICR_CTLR, where it is another (3).
public sealed class Xen_d86cf3cbd4_RWP_of_the_other_frame : RealBug
{
    private const string Mask = """
        static class Rdist
        {
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public static void SetEdge(IntId ppi)
            {
                Gicr.Disable(ppi);

        """;

    public override string Rule => "IRQ0313";

    public override string AsItWas => Mask + """
                Gicd.WaitForRwp();
                [|Gicr.Configure(ppi, Trigger.Edge)|];
                Gicr.Enable(ppi);
            }
        }
        """;

    public override string AsFixed => Mask + """
                Gicr.WaitForRwp();
                Gicr.Configure(ppi, Trigger.Edge);
                Gicr.Enable(ppi);
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "init", () =>
            {
                Preemption.Disable();
                Rdist.SetEdge(IntId.Ppi(7));
                Preemption.Enable();
            });
        }
        """;
}

// The group was disabled, and the redistributor put to sleep before the controller had seen it.
public sealed class TfA_5a5e0aac3_no_DSB_before_the_redistributor_sleeps : RealBug
{
    private const string Off = """
        static class GicV3
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void CpuifDisable()
            {
                Icc.DisableGroup1();
                Barrier.Isb();

        """;

    public override string Rule => "IRQ0318";

    public override string AsItWas => Off + """
                [|Gicr.Sleep()|];
            }
        }
        """;

    public override string AsFixed => Off + """
                Barrier.Dsb();
                Gicr.Sleep();
            }
        }
        """;

    public override MemoryModel Memory => MemoryModel.Arm;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "power-down", () =>
            {
                LocalIrq.Disable();
                GicV3.CpuifDisable();
            });
        }
        """;
}

// ICC_SRE_EL2 was written, and ICC_SRE_EL1 after it, which is undefined until the first is in effect. The model has one exception level: what follows is PMR.
public sealed class TfA_d88390a07_no_ISB_after_SRE : RealBug
{
    private const string Enable = """
        static class GicV3
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void CpuifEnable()
            {
                Icc.WriteSre(true);

        """;

    public override string Rule => "IRQ0318";

    public override string AsItWas => Enable + """
                [|Icc.WriteBpr1(0)|];
            }
        }
        """;

    public override string AsFixed => Enable + """
                Barrier.Isb();
                Icc.WriteBpr1(0);
            }
        }
        """;

    public override MemoryModel Memory => MemoryModel.Arm;

    public override Evidence Evidence => Evidence.Harm;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "enable", () =>
            {
                Preemption.Disable();
                Icc.WriteSre(false);
                Barrier.Isb();
                GicV3.CpuifEnable();
                Preemption.Enable();
            });
        }
        """;
}

// Power-down wrote ICC_CTLR_EL1 where it meant ICC_IGRPEN1_EL1: the group stayed on.
public sealed class Xen_18b718b6af_the_group_stays_on_at_power_down : RealBug
{
    private const string Off = """
        static class GicV3
        {
            [RunsIn(Context.Task, Within = Section.CpuStarting)]
            public static void CpuDisable()
            {

        """;

    private const string Barriers = """
                Barrier.Isb();
                Barrier.Dsb();

        """;

    public override string Rule => "IRQ0320";

    public override string AsItWas => Off + """
                Icc.WriteCtlr(new IccControl(EoiMode.DropOnly));

        """ + Barriers + """
                [|Gicr.Sleep()|];
            }
        }
        """;

    public override string AsFixed => Off + """
                Icc.DisableGroup1();

        """ + Barriers + """
                Gicr.Sleep();
            }
        }
        """;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b) => b.Cpus(1).Task(0, "power-down", () =>
            {
                LocalIrq.Disable();
                GicV3.CpuDisable();
            });
        }
        """;
}

// gicv3_send_sgi_list(): nothing ordered the stores before the SGI, so the other CPU could take it and not see what it was about.
public sealed class Xen_3b439f636e_no_barrier_before_the_SGI : RealBug
{
    private const string Message = """
        class Gic
        {
            public static readonly IntId EventCheck = IntId.Sgi(9);
            public readonly Shared<int> Pending = new(0);

            [RunsIn(Context.HardIrq)]
            public void Interrupt()
            {
                IntId irq = Icc.ReadIar1();
                if (irq.IsSpecial)
                {
                    return;
                }

                Icc.WriteEoir1(irq);
                Barrier.Isb();
                if (irq == EventCheck)
                {
                    Processor.BugOn(Pending.ReadOnce() == 0, "an event check finds nothing pending");
                }

                Icc.WriteDir(irq);
            }

            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void SendSgi(CpuMask to)
            {
                Pending.WriteOnce(1);

        """;

    public override string Rule => "IRQ0318";

    public override string AsItWas => Message + """
                [|Icc.SendSgi(EventCheck, to)|];
                Barrier.Isb();
            }
        }
        """;

    public override string AsFixed => Message + """
                Barrier.Dsb();
                Icc.SendSgi(EventCheck, to);
                Barrier.Isb();
            }
        }
        """;

    public override MemoryModel Memory => MemoryModel.Arm;

    public override Evidence Evidence => Evidence.Breach;

    public override string Scenario => """
        class Scenario : IScenario
        {
            public void Build(MachineBuilder b)
            {
                var gic = new Gic();
                b.Cpus(2).Profile(MachineProfile.GicV3Irq)
                    .Boot(() => Irq.SetHandleIrq(gic.Interrupt))
                    .Task(0, "sender", () =>
                    {
                        Preemption.Disable();
                        gic.SendSgi(CpuMask.Of(new CpuId(1)));
                        Preemption.Enable();
                    })
                    .Task(1, "receiver", () =>
                    {
                        Preemption.Disable();
                        Gicr.Enable(Gic.EventCheck);
                        Preemption.Enable();
                    });
            }
        }
        """;
}
