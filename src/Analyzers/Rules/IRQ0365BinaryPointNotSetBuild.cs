namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0315 on a way that crosses types.</summary>
internal sealed class IRQ0365BinaryPointNotSetBuild() : BuildTwin("IRQ0365", new IRQ0315BinaryPointNotSet());
