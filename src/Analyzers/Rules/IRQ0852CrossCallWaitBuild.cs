namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0802 on a way that crosses types.</summary>
internal sealed class IRQ0852CrossCallWaitBuild() : BuildTwin("IRQ0852", new IRQ0802CrossCallWait());
