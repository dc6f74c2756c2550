namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0101 for sections that stand in different types.</summary>
internal sealed class IRQ0151LockOrderInversionBuild() : BuildTwin("IRQ0151", new IRQ0101LockOrderInversion());
