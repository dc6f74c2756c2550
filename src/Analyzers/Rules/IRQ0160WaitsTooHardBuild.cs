namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0110 on a way that crosses types.</summary>
internal sealed class IRQ0160WaitsTooHardBuild() : BuildTwin("IRQ0160", new IRQ0110WaitsTooHard());
