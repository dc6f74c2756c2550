namespace IrqSafety.Conformance.Tests.History;

// Two security states and SCR_EL3.FIQ clear: the priority of ordinary interrupts is shifted and PMR is not, so that the mask for "interrupts on" held them back and
// the machine hung. "arm64: Lower priority mask for GIC_PRIO_IRQON".
public sealed class Thread_arm64_priority_mask_for_IRQON_holds_back_interrupts : RealBug
{
    private const string Driver = """
            private const byte IrqOff = IrqOn & 0x7f;
            private const byte DefaultPriority = 0xa0;

            [ProgramsPriority(nameof(priority), IrqOff = IrqOff, IrqOn = IrqOn)]
            private static void SetPriority(IntId irq, byte priority) { }

        """;

    public override string Rule => "IRQ0306";

    public override string AsItWas => """
        class GicV3
        {
            private const byte IrqOn = 0xc0;
        """ + "\n" + Driver + """
            public void Configure(IntId irq) => [|SetPriority(irq, DefaultPriority)|];
        }
        """;

    public override string AsFixed => """
        class GicV3
        {
            private const byte IrqOn = 0xf0;
        """ + "\n" + Driver + """
            public void Configure(IntId irq) => SetPriority(irq, DefaultPriority);
        }
        """;
}

// Firmware that saves and restores the redistributors leaves out the priorities: after a suspend ordinary interrupts have a more urgent one than before and come as
// NMIs. Linux gives up NMIs on these machines ("irqchip/gic-v3: Disable pseudo NMIs on Mediatek devices w/ firmware issues"); here what firmware lost is written
// before the group is on.
public sealed class Linux_43cd3ddbff3c_priorities_lost_by_firmware : RealBug
{
    private const string Driver = """
        class GicV3
        {
            private static readonly IntId s_pmu = IntId.Ppi(7);

            [FollowedBy("priorities", Before = "enable-group")]
            private static void ReturnFromFirmware() { }

            [Step("priorities")]
            private static void RestorePriorities() => Gicr.SetPriority(s_pmu, Machine.Current.Gic.Programmed(Priority.Irq));

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Driver + """
            [RunsIn(Context.Task, Within = Section.CpuPm)]
            public void CpuPmExit()
            {
                ReturnFromFirmware();
                [|Icc.EnableGroup1()|];
                Barrier.Isb();
            }

            public void CpuInit() => RestorePriorities();
        }
        """;

    public override string AsFixed => Driver + """
            [RunsIn(Context.Task, Within = Section.CpuPm)]
            public void CpuPmExit()
            {
                ReturnFromFirmware();
                RestorePriorities();
                Icc.EnableGroup1();
                Barrier.Isb();
            }

            public void CpuInit() => RestorePriorities();
        }
        """;
}

// The number of an SGI was read and then what its sender had written, and nothing kept the second load behind the first.
public sealed class Xen_555e5f1bd2_shared_data_read_before_the_acknowledge : RealBug
{
    private const string Driver = """
        class Gic
        {
            private readonly Shared<int> message = new(0);

            [FollowedBy("dmb", Before = "shared-data")]
            private static IntId ReadIrq() => Icc.ReadIar1();

            [Step("shared-data")]
            private int Message() => message.ReadOnce();

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Driver + """
            [RunsIn(Context.HardIrq)]
            public int HandleSgi()
            {
                IntId irq = ReadIrq();
                if (irq.IsSpecial)
                {
                    return 0;
                }

                int said = [|Message()|];
                Icc.WriteEoir1(irq);
                return said;
            }
        }
        """;

    public override string AsFixed => Driver + """
            [RunsIn(Context.HardIrq)]
            public int HandleSgi()
            {
                IntId irq = ReadIrq();
                if (irq.IsSpecial)
                {
                    return 0;
                }

                Barrier.Dmb();
                int said = Message();
                Icc.WriteEoir1(irq);
                return said;
            }
        }
        """;
}

// A CPU that came up mapped its collection before its redistributor took LPIs, which an ITS may refuse.
public sealed class Xen_95604873cc_MAPC_before_EnableLPIs : RealBug
{
    private const string Driver = """
        class GicV3
        {
            [Step("lpis-enabled")]
            private static void EnableLpis() => Gicr.EnableLpis(pendingTableIsZero: true);

            [PrecededBy("lpis-enabled")]
            private static void SetupCollection() => Gits.MapCollection(0, Processor.Id);

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Driver + """
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void CpuInit()
            {
                [|SetupCollection()|];
                EnableLpis();
            }
        }
        """;

    public override string AsFixed => Driver + """
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void CpuInit()
            {
                EnableLpis();
                SetupCollection();
            }
        }
        """;
}

// On a switch of vCPUs ICH_VMCR_EL2 was restored before ICC_SRE_EL1, which decides what its fields mean.
public sealed class Xen_6ccf25d46c_VMCR_restored_before_SRE : RealBug
{
    private const string Driver = """
        class VGic
        {
            private int vmcr;

            [Step("sre")]
            private static void RestoreSre()
            {
                Icc.WriteSre(true);
                Barrier.Isb();
            }

            [PrecededBy("sre")]
            private void RestoreVmcr(int value) => vmcr = value;

        """;

    public override string Rule => "IRQ0319";

    public override string AsItWas => Driver + """
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void RestoreState(int saved)
            {
                [|RestoreVmcr(saved)|];
                RestoreSre();
            }
        }
        """;

    public override string AsFixed => Driver + """
            [RunsIn(Context.Task, Within = Section.PreemptOff)]
            public void RestoreState(int saved)
            {
                RestoreSre();
                RestoreVmcr(saved);
            }
        }
        """;
}
