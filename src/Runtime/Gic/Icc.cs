using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// The CPU interface of this CPU, through system registers (ICC_*_EL1). For code that drives the controller itself: an exception's entry, a power-down. Source:
/// Arm IHI 0069, 12.2; Linux <c>arch/arm64/include/asm/arch_gicv3.h</c>.
/// </summary>
/// <remarks>A machine with a GICv2 has none of these registers: an access there is undefined, and ends the execution. See <see cref="Gicc"/>.</remarks>
public static class Icc
{
    private static readonly Operation s_readIar1 = Operation.Of(typeof(Icc), nameof(ReadIar1));
    private static readonly Operation s_readNmiar1 = Operation.Of(typeof(Icc), nameof(ReadNmiar1));
    private static readonly Operation s_readIar0 = Operation.Of(typeof(Icc), nameof(ReadIar0));
    private static readonly Operation s_writeEoir1 = Operation.Of(typeof(Icc), nameof(WriteEoir1));
    private static readonly Operation s_writeEoir0 = Operation.Of(typeof(Icc), nameof(WriteEoir0));
    private static readonly Operation s_writeDir = Operation.Of(typeof(Icc), nameof(WriteDir));
    private static readonly Operation s_readHppir1 = Operation.Of(typeof(Icc), nameof(ReadHppir1));
    private static readonly Operation s_readRpr = Operation.Of(typeof(Icc), nameof(ReadRpr));
    private static readonly Operation s_readPmr = Operation.Of(typeof(Icc), nameof(ReadPmr));
    private static readonly Operation s_writePmr = Operation.Of(typeof(Icc), nameof(WritePmr));
    private static readonly Operation s_maskIrqs = Operation.Of(typeof(Icc), nameof(MaskIrqs));
    private static readonly Operation s_readBpr1 = Operation.Of(typeof(Icc), nameof(ReadBpr1));
    private static readonly Operation s_writeBpr1 = Operation.Of(typeof(Icc), nameof(WriteBpr1));
    private static readonly Operation s_readCtlr = Operation.Of(typeof(Icc), nameof(ReadCtlr));
    private static readonly Operation s_writeCtlr = Operation.Of(typeof(Icc), nameof(WriteCtlr));
    private static readonly Operation s_enableGroup1 = Operation.Of(typeof(Icc), nameof(EnableGroup1));
    private static readonly Operation s_disableGroup1 = Operation.Of(typeof(Icc), nameof(DisableGroup1));
    private static readonly Operation s_readAp1r0 = Operation.Of(typeof(Icc), nameof(ReadAp1r0));
    private static readonly Operation s_writeAp1r0 = Operation.Of(typeof(Icc), nameof(WriteAp1r0));
    private static readonly Operation s_sendSgi = Operation.Of(typeof(Icc), nameof(SendSgi));
    private static readonly Operation s_broadcastSgi = Operation.Of(typeof(Icc), nameof(BroadcastSgi));

    /// <summary>
    /// Reads ICC_IAR1_EL1: acknowledges the most urgent signalled interrupt of Group 1. 1023 says that there is none any more, 1022 that it is an NMI for
    /// <see cref="ReadNmiar1"/>; those must not be ended. An ISB must follow before what the handler reads. Needs interrupts masked: IAR selects an interrupt
    /// that the CPU would otherwise take as an exception.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    [Transition(Rules.InterruptEndProtocol.Name, "acknowledge", Of = "return", Per = Scope.Cpu)]
    public static IntId ReadIar1()
    {
        Cpu cpu = Begin(s_readIar1);
        return Acknowledged(s_readIar1, cpu, cpu.Interface.Acknowledge());
    }

    /// <summary>Reads ICC_NMIAR1_EL1: acknowledges the most urgent signalled interrupt of Group 1 if it has superpriority; otherwise 1023.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    [Transition(Rules.InterruptEndProtocol.Name, "acknowledge", Of = "return", Per = Scope.Cpu)]
    public static IntId ReadNmiar1()
    {
        Cpu cpu = Begin(s_readNmiar1);
        return Acknowledged(s_readNmiar1, cpu, cpu.Interface.AcknowledgeNmi());
    }

    /// <summary>Reads ICC_IAR0_EL1: acknowledges the most urgent signalled interrupt of Group 0, which was signalled as FIQ.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    [Transition(Rules.InterruptEndProtocol.Name, "acknowledge", Of = "return", Per = Scope.Cpu)]
    public static IntId ReadIar0()
    {
        Cpu cpu = Begin(s_readIar0);
        return Acknowledged(s_readIar0, cpu, cpu.Interface.AcknowledgeGroup0());
    }

    /// <summary>
    /// Writes ICC_EOIR1_EL1: drops the priority of the innermost interrupt, and in mode 0 deactivates it. Once for each valid acknowledge, in reverse order; not
    /// for 1020 to 1023.
    /// </summary>
    [NmiSafe]
    [Transition(Rules.InterruptEndProtocol.Name, "drop", Of = nameof(irq), Per = Scope.Cpu)]
    public static void WriteEoir1(IntId irq)
    {
        Cpu cpu = Begin(s_writeEoir1, irq, out ProtocolMove move);
        if (!move.Refused)
        {
            cpu.Interface.EndOfInterrupt(irq);
            move.Commit(succeeded: true);
        }
    }

    /// <summary>Writes ICC_EOIR0_EL1: the same for Group 0.</summary>
    [NmiSafe]
    [Transition(Rules.InterruptEndProtocol.Name, "drop", Of = nameof(irq), Per = Scope.Cpu)]
    public static void WriteEoir0(IntId irq)
    {
        Cpu cpu = Begin(s_writeEoir0, irq, out ProtocolMove move);
        if (!move.Refused)
        {
            cpu.Interface.EndOfInterruptGroup0(irq);
            move.Commit(succeeded: true);
        }
    }

    /// <summary>
    /// Writes ICC_DIR_EL1: deactivates in mode 1, after the priority drop. Any CPU may do it for a shared interrupt, in any order. In mode 0 it is unpredictable.
    /// </summary>
    [NmiSafe]
    [Transition(Rules.InterruptEndProtocol.Name, "deactivate", Of = nameof(irq), Per = Scope.Cpu)]
    public static void WriteDir(IntId irq)
    {
        Cpu cpu = Begin(s_writeDir, irq, out ProtocolMove move);
        if (!move.Refused)
        {
            cpu.Interface.Deactivate(irq);
            move.Commit(succeeded: true);
        }
    }

    /// <summary>Reads ICC_HPPIR1_EL1: the most urgent pending interrupt, without acknowledging it.</summary>
    [NmiSafe]
    public static IntId ReadHppir1() => Begin(s_readHppir1, Access.Read).Interface.HighestPending;

    /// <summary>Reads ICC_RPR_EL1: the priority of the innermost interrupt that was acknowledged and not dropped. It tells an NMI from an IRQ.</summary>
    [NmiSafe]
    public static Priority ReadRpr() => Begin(s_readRpr, Access.Read).Interface.RunningPriority;

    /// <summary>Reads ICC_PMR_EL1.</summary>
    [NmiSafe]
    [SavesMask(Mask.Irq | Mask.Nmi)]
    public static Pmr ReadPmr() => Begin(s_readPmr, Access.Read).Interface.Pmr;

    /// <summary>
    /// Writes ICC_PMR_EL1. Self-synchronising: no ISB is needed, but a DSB where ICC_CTLR_EL1.PMHE is set. A value of <see cref="Priority.Nmi"/> or below masks
    /// NMIs too. Code that masks and unmasks uses <see cref="LocalIrq"/>.
    /// </summary>
    [NmiSafe]
    [RestoresMask(Mask.Irq | Mask.Nmi, From = nameof(value))]
    [WritesPriorityMask(nameof(value), Irq = 0xc0, Nmi = 0x80)]
    public static void WritePmr(Pmr value)
    {
        Cpu cpu = Begin(s_writePmr);
        if (cpu.Machine.Profile.PriorityMasking && !value.Passes(Priority.Nmi) && !cpu.State.Daif.I)
        {
            cpu.Machine.Execution.Breach(
                new Breach(LawIds.NmiMasked, $"code with DAIF {cpu.State.Daif}", $"writes {value}, which holds back NMIs too: those are held off by DAIF"),
                new Step(s_writePmr, null, Access.Write));
        }

        cpu.Publish(MachineEventKind.MaskRestored);
        cpu.Interface.Pmr = value;
    }

    /// <summary><c>gic_pmr_mask_irqs</c>: writes IRQOFF to ICC_PMR_EL1, so that from here on DAIF may be cleared and only NMIs arrive.</summary>
    [NmiSafe]
    [SetsMask(Mask.Irq, true)]
    public static void MaskIrqs() => Begin(s_maskIrqs).Interface.Pmr = Pmr.IrqOff;

    /// <summary>Reads ICC_BPR1_EL1, 3 to 7.</summary>
    [NmiSafe]
    public static int ReadBpr1() => Begin(s_readBpr1, Access.Read).Interface.BinaryPoint.Group1;

    /// <summary>
    /// Writes ICC_BPR1_EL1; 0 asks for the finest. Its reset value depends on the implementation, so whoever relies on it writes it on each CPU. Ignored where
    /// ICC_CTLR_EL1.CBPR is set.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void WriteBpr1(int value) => Begin(s_writeBpr1).Interface.BinaryPoint.Group1 = value;

    /// <summary>Reads ICC_CTLR_EL1.</summary>
    [NmiSafe]
    public static IccControl ReadCtlr()
    {
        CpuInterface registers = Begin(s_readCtlr, Access.Read).Interface;
        return new IccControl(registers.EoiMode, registers.BinaryPoint.Common, registers.PmrHint);
    }

    /// <summary>Writes ICC_CTLR_EL1, on each CPU. No interrupt may be running on it: its end would mean something else than its beginning.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    public static void WriteCtlr(IccControl value)
    {
        Cpu cpu = Begin(s_writeCtlr);
        if (cpu.Interface.RunningPriority != Priority.Idle && cpu.Interface.EoiMode != value.EoiMode)
        {
            cpu.Machine.Execution.Fail($"ICC_CTLR_EL1.EOImode changed to {value.EoiMode} while an interrupt is running");
        }

        (cpu.Interface.EoiMode, cpu.Interface.BinaryPoint.Common, cpu.Interface.PmrHint) = (value.EoiMode, value.CommonBinaryPoint, value.PmrHint);
    }

    /// <summary>Writes 1 to ICC_IGRPEN1_EL1: Group 1 is signalled to this CPU. The redistributor must be awake. An ISB must follow.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RedistributorPowerProtocol.Name, "enable-group", Per = Scope.Cpu)]
    public static void EnableGroup1() => SetGroup1(s_enableGroup1, enabled: true);

    /// <summary>
    /// Writes 0 to ICC_IGRPEN1_EL1: nothing of Group 1 is signalled to this CPU any more, after an ISB. The way to <see cref="Gicr.Sleep"/> and power-down.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [Transition(Rules.RedistributorPowerProtocol.Name, "disable-group", Per = Scope.Cpu)]
    public static void DisableGroup1() => SetGroup1(s_disableGroup1, enabled: false);

    /// <summary>Reads ICC_AP1R0_EL1: a bit for each active group priority, to be saved before a power-down.</summary>
    [NmiSafe]
    public static uint ReadAp1r0() => Begin(s_readAp1r0, Access.Read).Interface.ActivePriorities1;

    /// <summary>Writes ICC_AP1R0_EL1: what was saved, or 0 on a CPU that comes up.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    public static void WriteAp1r0(uint value) => Begin(s_writeAp1r0).Interface.ActivePriorities1 = value;

    /// <summary>
    /// Writes ICC_SGI1R_EL1: sends an SGI to other CPUs, or this one. A DSB (ISHST) must come before it, so that the receiver sees what was written, and an ISB
    /// after it. See <see cref="Smp.CrossCall"/> for IPIs.
    /// </summary>
    [NmiSafe]
    [ArgumentRange(nameof(sgi), 0, 15, Because = "only INTID 0 to 15 are SGIs")]
    public static void SendSgi(IntId sgi, CpuMask targets)
    {
        Machine machine = Machine.Current;
        Cpu cpu = Begin(s_sendSgi, machine.Gic, Access.Write);
        if (!s_sendSgi.Refuses(cpu, machine.Gic, (nameof(sgi), sgi)))
        {
            machine.Gic.SendSgi(sgi, targets, cpu.Id);
        }
    }

    /// <summary>Writes ICC_SGI1R_EL1 with IRM set: sends an SGI to every CPU but this one. As <see cref="SendSgi"/>.</summary>
    [NmiSafe]
    [ArgumentRange(nameof(sgi), 0, 15, Because = "only INTID 0 to 15 are SGIs")]
    public static void BroadcastSgi(IntId sgi)
    {
        Machine machine = Machine.Current;
        Cpu cpu = Begin(s_broadcastSgi, machine.Gic, Access.Write);
        if (!s_broadcastSgi.Refuses(cpu, machine.Gic, (nameof(sgi), sgi)))
        {
            machine.Gic.BroadcastSgi(sgi, cpu.Id);
        }
    }

    private static Cpu Begin(Operation operation, Access access = Access.Write) => Begin(operation, null, access);

    private static Cpu Begin(Operation operation, object? location, Access access)
    {
        Cpu cpu = operation.Begin(location, access);
        if (cpu.Machine.Profile.GicVersion < 3)
        {
            cpu.Machine.Execution.Fail($"{operation} on a GICv2, which has no system registers: undefined instruction. Test for the system register interface first");
        }

        return cpu;
    }

    private static Cpu Begin(Operation operation, IntId irq, out ProtocolMove move)
    {
        Cpu cpu = Begin(operation);
        move = cpu.Machine.Protocols.Begin(operation, cpu, null, (nameof(irq), irq));
        return cpu;
    }

    private static IntId Acknowledged(Operation operation, Cpu cpu, IntId irq)
    {
        cpu.AcknowledgedSpecial = irq.IsSpecial;
        if (!irq.IsSpecial)
        {
            cpu.Machine.Protocols.Begin(operation, cpu, null, ("return", irq)).Commit(succeeded: true);
        }

        return irq;
    }

    private static void SetGroup1(Operation operation, bool enabled)
    {
        Cpu cpu = Begin(operation);
        ProtocolMove move = cpu.Machine.Protocols.Begin(operation, cpu, null);
        if (!move.Refused)
        {
            cpu.Interface.Group1Enabled = enabled;
            move.Commit(succeeded: true);
        }
    }
}

/// <summary>ICC_CTLR_EL1.</summary>
/// <param name="EoiMode">EOImode.</param>
/// <param name="CommonBinaryPoint">CBPR.</param>
/// <param name="PmrHint">PMHE: a write of PMR needs a DSB.</param>
public readonly record struct IccControl(EoiMode EoiMode, bool CommonBinaryPoint = false, bool PmrHint = false);
