namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0211 on a way that crosses types.</summary>
internal sealed class IRQ0261NmiCounterBuild() : BuildTwin("IRQ0261", new IRQ0211NmiCounter());
