using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>
/// The CPU interface of this CPU on a machine with a GICv2, which is memory-mapped (GICC_*). Source: Arm IHI 0048, 4.4; Linux <c>drivers/irqchip/irq-gic.c</c>.
/// </summary>
/// <remarks>
/// GICC_PMR is device memory and not self-synchronising, so kernels do not mask interrupts with it: there are no pseudo-NMIs on a GICv2.
/// </remarks>
public static class Gicc
{
    private static readonly Operation s_readIar = Operation.Of(typeof(Gicc), nameof(ReadIar));
    private static readonly Operation s_writeEoir = Operation.Of(typeof(Gicc), nameof(WriteEoir));
    private static readonly Operation s_writeDir = Operation.Of(typeof(Gicc), nameof(WriteDir));
    private static readonly Operation s_readHppir = Operation.Of(typeof(Gicc), nameof(ReadHppir));
    private static readonly Operation s_readRpr = Operation.Of(typeof(Gicc), nameof(ReadRpr));
    private static readonly Operation s_writePmr = Operation.Of(typeof(Gicc), nameof(WritePmr));
    private static readonly Operation s_writeBpr = Operation.Of(typeof(Gicc), nameof(WriteBpr));

    /// <summary>
    /// Reads GICC_IAR: acknowledges the most urgent signalled interrupt; 1023 when there is none any more. For an SGI the sender is part of what the EOIR takes. A
    /// read barrier must come before the handler reads what the device or the sender wrote. Needs interrupts masked.
    /// </summary>
    [NmiSafe]
    [RequiresMasked(Mask.Irq)]
    [FollowedBy(Rules.Steps.Isb, Before = Rules.Steps.HandleInterrupt, Law = Rules.LawIds.AcknowledgeSync)]
    public static GiccAcknowledge ReadIar()
    {
        Cpu cpu = Begin(s_readIar);
        IntId irq = cpu.Interface.Acknowledge();
        if (!irq.IsSpecial)
        {
            cpu.Machine.Protocols.Force(Rules.InterruptEndProtocol.Name, irq, "acknowledge", cpu.Id);
        }

        return new GiccAcknowledge(irq, irq.IsSgi ? cpu.Interface.LastSender : default);
    }

    /// <summary>
    /// Writes GICC_EOIR: drops the priority, and deactivates unless GICC_CTLR.EOImode is set. What IAR returned, with the sender of an SGI, in reverse order.
    /// </summary>
    [NmiSafe]
    public static void WriteEoir(GiccAcknowledge acknowledged)
    {
        Cpu cpu = Begin(s_writeEoir);
        cpu.Interface.EndOfInterrupt(acknowledged.Irq, acknowledged.Sender);
        if (!acknowledged.Irq.IsSpecial)
        {
            cpu.Machine.Protocols.Force(Rules.InterruptEndProtocol.Name, acknowledged.Irq, "drop", cpu.Id);
        }
    }

    /// <summary>Writes GICC_DIR: deactivates where GICC_CTLR.EOImode is set.</summary>
    [NmiSafe]
    public static void WriteDir(GiccAcknowledge acknowledged)
    {
        Cpu cpu = Begin(s_writeDir);
        cpu.Interface.Deactivate(acknowledged.Irq);
        cpu.Machine.Protocols.Force(Rules.InterruptEndProtocol.Name, acknowledged.Irq, "deactivate", cpu.Id);
    }

    /// <summary>Reads GICC_HPPIR: the most urgent pending interrupt, without acknowledging it.</summary>
    [NmiSafe]
    public static IntId ReadHppir() => Begin(s_readHppir, Access.Read).Interface.HighestPending;

    /// <summary>Reads GICC_RPR.</summary>
    [NmiSafe]
    public static Priority ReadRpr() => Begin(s_readRpr, Access.Read).Interface.RunningPriority;

    /// <summary>Writes GICC_PMR.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void WritePmr(Pmr value) => Begin(s_writePmr).Interface.Pmr = value;

    /// <summary>Writes GICC_BPR; 0 asks for the finest.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static void WriteBpr(int value) => Begin(s_writeBpr).Interface.BinaryPoint.Group1 = value;

    private static Cpu Begin(Operation operation, Access access = Access.Write)
    {
        Cpu cpu = operation.Begin(access: access);
        if (cpu.Machine.Profile.GicVersion >= 3)
        {
            cpu.Machine.Execution.Fail($"{operation} on a GICv3 with the system register interface on, where the memory-mapped one is not there: use ICC_*_EL1");
        }

        return cpu;
    }
}

/// <summary>What GICC_IAR returns and GICC_EOIR takes.</summary>
/// <param name="Irq">The interrupt.</param>
/// <param name="Sender">CPUID: the CPU that sent it, for an SGI; otherwise CPU 0.</param>
public readonly record struct GiccAcknowledge(IntId Irq, CpuId Sender);
