namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0108 for sections that stand in different types.</summary>
internal sealed class IRQ0158IrqUnsafeDependencyBuild() : BuildTwin("IRQ0158", new IRQ0108IrqUnsafeDependency());
