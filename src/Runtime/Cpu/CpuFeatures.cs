using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>Capabilities of the machine, constant after boot.</summary>
public static class CpuFeatures
{
    /// <summary><c>system_uses_irq_prio_masking()</c>: interrupts are masked by PMR, so pseudo-NMIs are possible.</summary>
    [NmiSafe]
    [Capability(Rules.Steps.PriorityMasking)]
    public static bool UsesIrqPrioMasking => Machine.Current.Profile.PriorityMasking;

    /// <summary>The kernel runs at EL2 with VHE.</summary>
    [NmiSafe]
    public static bool HasVhe => Machine.Current.Profile.Vhe;
}
