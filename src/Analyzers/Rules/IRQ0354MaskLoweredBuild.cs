namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0304 on a way that crosses types.</summary>
internal sealed class IRQ0354MaskLoweredBuild() : BuildTwin("IRQ0354", new IRQ0304MaskLowered());
