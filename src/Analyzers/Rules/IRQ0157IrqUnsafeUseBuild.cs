namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0107 where holder and handler stand in different types.</summary>
internal sealed class IRQ0157IrqUnsafeUseBuild() : BuildTwin("IRQ0157", new IRQ0107IrqUnsafeUse());
