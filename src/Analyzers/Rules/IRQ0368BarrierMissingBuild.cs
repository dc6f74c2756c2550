namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0318 on a way that crosses types.</summary>
internal sealed class IRQ0368BarrierMissingBuild() : BuildTwin("IRQ0368", new IRQ0318BarrierMissing());
