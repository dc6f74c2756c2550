namespace IrqSafety.Runtime;

/// <summary>The group of an interrupt (IGROUPR), which decides how it is signalled. Source: Arm IHI 0069, "Interrupt grouping".</summary>
public enum InterruptGroup
{
    /// <summary>Signalled as FIQ; firmware's, where there is firmware.</summary>
    Group0,

    /// <summary>Non-secure Group 1, signalled as IRQ: the kernel's.</summary>
    Group1,
}
