namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0115 on a way that crosses types.</summary>
internal sealed class IRQ0165SameClassNestedBuild() : BuildTwin("IRQ0165", new IRQ0115SameClassNested());
