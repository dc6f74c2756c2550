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
    // Both end an interrupt, and one after the other.
    internal const string Ends = "ICC_EOIR1_EL1 or ICC_DIR_EL1";

    private static readonly Operation s_writeSre = Operation.Of(typeof(Icc), nameof(WriteSre));
    private static readonly Operation s_readSre = Operation.Of(typeof(Icc), nameof(ReadSre));
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
    /// Writes ICC_SRE_EL1.SRE: the CPU interface is accessed through system registers, which are undefined before. An ISB must come before the first access. Firmware has done so
    /// on a CPU that the kernel finds running.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    [FollowedBy(Steps.Isb, Before = Steps.InterfaceAccess, Law = LawIds.GicBarrier)]
    public static void WriteSre(bool enable)
    {
        Cpu cpu = s_writeSre.Begin();
        cpu.WriteRegister(EffectBy.ContextSynchronisation, "ICC_SRE_EL1", (cpu, enable), static to => to.cpu.Interface.SystemRegisters = to.enable);
    }

    /// <summary>Reads ICC_SRE_EL1.SRE.</summary>
    [NmiSafe]
    public static bool ReadSre() => s_readSre.Begin(access: Access.Read).Interface.SystemRegisters;

    /// <summary>
    /// Reads ICC_IAR1_EL1: acknowledges the most urgent signalled interrupt of Group 1. 1023 says that there is none any more, 1022 that it is an NMI for
    /// <see cref="ReadNmiar1"/>; those must not be ended. An ISB must follow before what the handler reads. Needs interrupts masked: IAR selects an interrupt
    /// that the CPU would otherwise take as an exception.
    /// </summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Irq)]
    [Transition(InterruptEndProtocol.Name, "acknowledge", Of = "return", Per = Scope.Cpu, Unless = nameof(IntId.IsSpecial))]
    [Step(Steps.InterfaceRead)]
    [FollowedBy(Steps.Isb, Before = Steps.HandleInterrupt, Law = LawIds.AcknowledgeSync)]
    public static IntId ReadIar1()
    {
        Cpu cpu = BeginAcknowledge(s_readIar1);
        return Acknowledged(s_readIar1, cpu, cpu.Interface.Acknowledge());
    }

    /// <summary>Reads ICC_NMIAR1_EL1: acknowledges the most urgent signalled interrupt of Group 1 if it has superpriority; otherwise 1023.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Irq)]
    [Transition(InterruptEndProtocol.Name, "acknowledge", Of = "return", Per = Scope.Cpu, Unless = nameof(IntId.IsSpecial))]
    [Step(Steps.InterfaceRead)]
    [FollowedBy(Steps.Isb, Before = Steps.HandleInterrupt, Law = LawIds.AcknowledgeSync)]
    public static IntId ReadNmiar1()
    {
        Cpu cpu = BeginAcknowledge(s_readNmiar1);
        return Acknowledged(s_readNmiar1, cpu, cpu.Interface.AcknowledgeNmi());
    }

    /// <summary>Reads ICC_IAR0_EL1: acknowledges the most urgent signalled interrupt of Group 0, which was signalled as FIQ.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Irq)]
    [Transition(InterruptEndProtocol.Name, "acknowledge", Of = "return", Per = Scope.Cpu, Unless = nameof(IntId.IsSpecial))]
    [Step(Steps.InterfaceRead)]
    [FollowedBy(Steps.Isb, Before = Steps.HandleInterrupt, Law = LawIds.AcknowledgeSync)]
    public static IntId ReadIar0()
    {
        Cpu cpu = BeginAcknowledge(s_readIar0);
        return Acknowledged(s_readIar0, cpu, cpu.Interface.AcknowledgeGroup0());
    }

    /// <summary>
    /// Writes ICC_EOIR1_EL1: drops the priority of the innermost interrupt, and in mode 0 deactivates it. Once for each valid acknowledge, in reverse order; not
    /// for 1020 to 1023.
    /// </summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [Transition(InterruptEndProtocol.Name, "drop", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.SystemRegisterWrite)]
    [NotBefore(Steps.Quiesce, Unless = Steps.MaskLine, Without = Steps.Deactivate, Law = LawIds.EarlyDeactivate)]
    public static void WriteEoir1(IntId irq)
    {
        Cpu cpu = Begin(s_writeEoir1, irq, out ProtocolMove move);
        CheckQuiet(s_writeEoir1, cpu, irq, EoiMode.DropAndDeactivate);
        if (!move.Refused)
        {
            cpu.WriteRegister(EffectBy.ContextSynchronisation, Ends, (cpu, irq), static to => to.cpu.Interface.EndOfInterrupt(to.irq));
            move.Commit(succeeded: true);
        }
    }

    /// <summary>Writes ICC_EOIR0_EL1: the same for Group 0.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [Transition(InterruptEndProtocol.Name, "drop", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.SystemRegisterWrite)]
    [NotBefore(Steps.Quiesce, Unless = Steps.MaskLine, Without = Steps.Deactivate, Law = LawIds.EarlyDeactivate)]
    public static void WriteEoir0(IntId irq)
    {
        Cpu cpu = Begin(s_writeEoir0, irq, out ProtocolMove move);
        CheckQuiet(s_writeEoir0, cpu, irq, EoiMode.DropAndDeactivate);
        if (!move.Refused)
        {
            cpu.WriteRegister(EffectBy.ContextSynchronisation, Ends, (cpu, irq), static to => to.cpu.Interface.EndOfInterruptGroup0(to.irq));
            move.Commit(succeeded: true);
        }
    }

    /// <summary>
    /// Writes ICC_DIR_EL1: deactivates in mode 1, after the priority drop. Any CPU may do it for a shared interrupt, in any order. In mode 0 it is unpredictable.
    /// </summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [Transition(InterruptEndProtocol.Name, "deactivate", Of = nameof(irq), Per = Scope.Cpu)]
    [Step(Steps.SystemRegisterWrite)]
    [Step(Steps.Deactivate)]
    [NotBefore(Steps.Quiesce, Unless = Steps.MaskLine, Law = LawIds.EarlyDeactivate)]
    public static void WriteDir(IntId irq)
    {
        Cpu cpu = Begin(s_writeDir, irq, out ProtocolMove move);
        CheckQuiet(s_writeDir, cpu, irq, EoiMode.DropOnly);
        if (!move.Refused)
        {
            cpu.WriteRegister(EffectBy.ContextSynchronisation, Ends, (cpu, irq), static to => to.cpu.Interface.Deactivate(to.irq));
            move.Commit(succeeded: true);
        }
    }

    /// <summary>Reads ICC_HPPIR1_EL1: the most urgent pending interrupt, without acknowledging it.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [Step(Steps.InterfaceRead)]
    public static IntId ReadHppir1() => Begin(s_readHppir1, Access.Read).Interface.HighestPending;

    /// <summary>Reads ICC_RPR_EL1: the priority of the innermost interrupt that was acknowledged and not dropped. It tells an NMI from an IRQ.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [Step(Steps.InterfaceRead)]
    public static Priority ReadRpr() => Begin(s_readRpr, Access.Read).Interface.RunningPriority;

    /// <summary>Reads ICC_PMR_EL1.</summary>
    [NmiSafe]
    [SavesMask(Mask.Irq | Mask.Nmi)]
    [Step(Steps.InterfaceAccess)]
    public static Pmr ReadPmr() => Begin(s_readPmr, Access.Read).Interface.Pmr;

    /// <summary>
    /// Writes ICC_PMR_EL1. Self-synchronising: no ISB is needed, but a DSB where ICC_CTLR_EL1.PMHE is set. A value of <see cref="Priority.Nmi"/> or below masks
    /// NMIs too. Code that masks and unmasks uses <see cref="LocalIrq"/>.
    /// </summary>
    [NmiSafe]
    [RestoresMask(Mask.Irq | Mask.Nmi, From = nameof(value))]
    [WritesPriorityMask(nameof(value), Irq = 0xc0, Nmi = 0x80)]
    [Step(Steps.InterfaceAccess)]
    [SelfSynchronising(Steps.Isb, Except = Steps.InterfaceRead)]
    [RequiresCapability(Steps.PriorityMasking, When = "value == IrqOff")]
    public static void WritePmr(Pmr value)
    {
        Cpu cpu = Begin(s_writePmr);
        if (value == Pmr.IrqOff)
        {
            CheckMasking(s_writePmr, cpu);
        }

        if (cpu.Machine.Profile.PriorityMasking && !value.Passes(Priority.Nmi) && !cpu.State.Daif.I)
        {
            cpu.Machine.Execution.Breach(
                new Breach(LawIds.NmiMasked, $"code with DAIF {cpu.State.Daif}", $"writes {value}, which holds back NMIs too: those are held off by DAIF"),
                new Step(s_writePmr, null, Access.Write));
        }

        cpu.Publish(MachineEventKind.MaskRestored);
        if (cpu.Interface.PmrHint)
        {
            cpu.WriteRegister(EffectBy.Dsb | EffectBy.Exception, "ICC_PMR_EL1", (cpu, value), static to => to.cpu.Interface.Pmr = to.value);
        }
        else
        {
            cpu.Interface.Pmr = value;
        }
    }

    /// <summary><c>gic_pmr_mask_irqs</c>: writes IRQOFF to ICC_PMR_EL1, so that from here on DAIF may be cleared and only NMIs arrive.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [SetsMask(Mask.Irq, true)]
    [SelfSynchronising(Steps.Isb, Except = Steps.InterfaceRead)]
    [RequiresCapability(Steps.PriorityMasking)]
    public static void MaskIrqs()
    {
        Cpu cpu = Begin(s_maskIrqs);
        CheckMasking(s_maskIrqs, cpu);
        cpu.Interface.Pmr = Pmr.IrqOff;
    }

    /// <summary>Reads ICC_BPR1_EL1, 3 to 7.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    public static int ReadBpr1() => Begin(s_readBpr1, Access.Read).Interface.BinaryPoint.Group1;

    /// <summary>
    /// Writes ICC_BPR1_EL1; 0 asks for the finest. Its reset value depends on the implementation, so whoever relies on it writes it on each CPU. Ignored where
    /// ICC_CTLR_EL1.CBPR is set.
    /// </summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Preemption)]
    [Step(Steps.SystemRegisterWrite)]
    [Step(Steps.BinaryPoint)]
    public static void WriteBpr1(int value)
    {
        Cpu cpu = Begin(s_writeBpr1);
        cpu.WriteRegister(EffectBy.ContextSynchronisation, "ICC_BPR1_EL1", (cpu, value), static to => to.cpu.Interface.BinaryPoint.Group1 = to.value);
    }

    /// <summary>Reads ICC_CTLR_EL1.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    public static IccControl ReadCtlr()
    {
        CpuInterface registers = Begin(s_readCtlr, Access.Read).Interface;
        return new IccControl(registers.EoiMode, registers.BinaryPoint.Common, registers.PmrHint);
    }

    /// <summary>Writes ICC_CTLR_EL1, on each CPU. No interrupt may be running on it: its end would mean something else than its beginning.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Irq)]
    [Step(Steps.SystemRegisterWrite)]
    [Step(Steps.CommonBinaryPoint)]
    public static void WriteCtlr(IccControl value)
    {
        Cpu cpu = Begin(s_writeCtlr);
        if (cpu.Interface.RunningPriority != Priority.Idle && cpu.Interface.EoiMode != value.EoiMode)
        {
            cpu.Machine.Execution.Fail($"ICC_CTLR_EL1.EOImode changed to {value.EoiMode} while an interrupt is running");
        }

        cpu.WriteRegister(
            EffectBy.ContextSynchronisation,
            "ICC_CTLR_EL1",
            (cpu.Interface, value),
            static to => (to.Interface.EoiMode, to.Interface.BinaryPoint.Common, to.Interface.PmrHint) = (to.value.EoiMode, to.value.CommonBinaryPoint, to.value.PmrHint));
    }

    /// <summary>Writes 1 to ICC_IGRPEN1_EL1: Group 1 is signalled to this CPU. The redistributor must be awake. An ISB must follow.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Preemption)]
    [Transition(RedistributorPowerProtocol.Name, "enable-group", Per = Scope.Cpu)]
    [Step(Steps.SystemRegisterWrite)]
    [Step(Steps.EnableGroup)]
    public static void EnableGroup1() => SetGroup1(s_enableGroup1, enabled: true);

    /// <summary>
    /// Writes 0 to ICC_IGRPEN1_EL1: nothing of Group 1 is signalled to this CPU any more, after an ISB. The way to <see cref="Gicr.Sleep"/> and power-down.
    /// </summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Preemption)]
    [Transition(RedistributorPowerProtocol.Name, "disable-group", Per = Scope.Cpu)]
    [Step(Steps.SystemRegisterWrite)]
    [Step(Steps.DisableGroup)]
    [FollowedBy(Steps.Isb, Before = Steps.RedistributorSleep, Law = LawIds.GicBarrier)]
    [FollowedBy(Steps.Dsb, Before = Steps.RedistributorSleep, Law = LawIds.GicBarrier)]
    public static void DisableGroup1() => SetGroup1(s_disableGroup1, enabled: false);

    /// <summary>Reads ICC_AP1R0_EL1: a bit for each active group priority, to be saved before a power-down.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    public static uint ReadAp1r0() => Begin(s_readAp1r0, Access.Read).Interface.ActivePriorities1;

    /// <summary>Writes ICC_AP1R0_EL1: what was saved, or 0 on a CPU that comes up.</summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [RequiresMasked(Mask.Irq)]
    [Step(Steps.SystemRegisterWrite)]
    public static void WriteAp1r0(uint value) => Begin(s_writeAp1r0).Interface.ActivePriorities1 = value;

    /// <summary>
    /// Writes ICC_SGI1R_EL1: sends an SGI to other CPUs, or this one. A DSB (ISHST) must come before it, so that the receiver sees what was written, and an ISB
    /// after it. See <see cref="Smp.CrossCall"/> for IPIs.
    /// </summary>
    [NmiSafe]
    [Step(Steps.InterfaceAccess)]
    [ArgumentRange(nameof(sgi), 0, 15, Because = "only INTID 0 to 15 are SGIs")]
    [PrecededBy(Steps.Dsb, Since = Steps.Store, Law = LawIds.GicBarrier)]
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
    [Step(Steps.InterfaceAccess)]
    [ArgumentRange(nameof(sgi), 0, 15, Because = "only INTID 0 to 15 are SGIs")]
    [PrecededBy(Steps.Dsb, Since = Steps.Store, Law = LawIds.GicBarrier)]
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

        if (!cpu.Interface.SystemRegisters)
        {
            cpu.Machine.Execution.Fail($"{operation} while ICC_SRE_EL1.SRE is not in effect: undefined instruction. Set it, and execute an ISB");
        }

        return cpu;
    }

    // What is acknowledged depends on whoever makes the line pending, or withdraws it.
    private static Cpu BeginAcknowledge(Operation operation)
    {
        KernelTask task = KernelTask.Current;
        IntId pending = task.Machine.Cpus[task.Cpu.Value].Interface.HighestPending;
        return Begin(operation, pending.IsSpecial ? null : task.Machine.Gic.StateOf(pending, task.Cpu), Access.Write);
    }

    private static Cpu Begin(Operation operation, IntId irq, out ProtocolMove move)
    {
        Cpu cpu = Begin(operation);
        move = cpu.Machine.Protocols.Begin(operation, cpu, null, (nameof(irq), irq));
        return cpu;
    }

    // Deactivated while the line that raised it has not been low since: it is pending again, for nothing new.
    private static void CheckQuiet(Operation operation, Cpu cpu, IntId irq, EoiMode deactivatesIn)
    {
        if (cpu.Interface.EoiMode == deactivatesIn && !irq.IsSpecial && !irq.IsLpi && cpu.Machine.Gic.StateOf(irq, cpu.Id) is { HasStayedHigh: true, Active: true, Enabled: true } line)
        {
            cpu.Machine.Execution.Breach(
                new Breach(LawIds.EarlyDeactivate, $"code that has not quieted the device of {irq}", "deactivates a level interrupt whose line is still high: it is pending again at once"),
                new Step(operation, line, Access.Write));
        }
    }

    // What only a machine with priority masking has.
    private static void CheckMasking(Operation operation, Cpu cpu)
    {
        if (!cpu.Machine.Profile.PriorityMasking)
        {
            cpu.Machine.Execution.Breach(
                new Breach(LawIds.Capability, $"a machine without {Steps.PriorityMasking}", "masks interrupts by priority: ask system_uses_irq_prio_masking first"),
                new Step(operation, null, Access.Write));
        }
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
            cpu.WriteRegister(EffectBy.ContextSynchronisation, "ICC_IGRPEN1_EL1", (cpu, enabled), static to => to.cpu.Interface.Group1Enabled = to.enabled);
            move.Commit(succeeded: true);
        }
    }
}

/// <summary>ICC_CTLR_EL1.</summary>
/// <param name="EoiMode">EOImode.</param>
/// <param name="CommonBinaryPoint">CBPR.</param>
/// <param name="PmrHint">PMHE: a write of PMR needs a DSB.</param>
public readonly record struct IccControl(EoiMode EoiMode, bool CommonBinaryPoint = false, bool PmrHint = false);
