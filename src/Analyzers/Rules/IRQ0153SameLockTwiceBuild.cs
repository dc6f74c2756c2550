namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0103 on a way that crosses types.</summary>
internal sealed class IRQ0153SameLockTwiceBuild() : BuildTwin("IRQ0153", new IRQ0103SameLockTwice());
