namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0302 on a way that crosses types.</summary>
internal sealed class IRQ0352UnconditionalEnableBuild() : BuildTwin("IRQ0352", new IRQ0302UnconditionalEnable());
