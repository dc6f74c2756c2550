namespace IrqSafety.Runtime;

/// <summary>The group of an interrupt (IGROUPR, IGRPMODR), which decides how it is signalled. Source: Arm IHI 0069, 4.6 "Interrupt grouping".</summary>
public enum InterruptGroup
{
    /// <summary>Signalled as FIQ; firmware's, where there is firmware.</summary>
    Group0,

    /// <summary>Non-secure Group 1, or Group 1 where there is one security state: the kernel's, signalled to it as IRQ.</summary>
    Group1,

    /// <summary>Secure Group 1: of software at Secure EL1, which a CPU in Non-secure state gets as FIQ.</summary>
    SecureGroup1,
}
