namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0307 on a way that crosses types.</summary>
internal sealed class IRQ0357IdleMaskedBuild() : BuildTwin("IRQ0357", new IRQ0307IdleMasked());
