namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0102 where the locks are taken in different types.</summary>
internal sealed class IRQ0152AgainstDeclaredOrderBuild() : BuildTwin("IRQ0152", new IRQ0102AgainstDeclaredOrder());
