using IrqSafety.Contracts;

namespace IrqSafety.Analyzers.Findings;

/// <summary>Names as a person says them.</summary>
internal static class Names
{
    /// <summary>What a mask holds off.</summary>
    public static string Of(Mask mask) => (mask & Mask.Irq) != 0 ? "interrupts" : (mask & Mask.Daif) != 0 ? "interrupts and NMIs" : (mask & Mask.Nmi) != 0 ? "NMIs" : (mask & Mask.SoftIrq) != 0 ? "softirqs" : "preemption";
}
