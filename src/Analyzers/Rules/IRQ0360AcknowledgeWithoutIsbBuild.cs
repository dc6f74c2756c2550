namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0310 on a way that crosses types.</summary>
internal sealed class IRQ0360AcknowledgeWithoutIsbBuild() : BuildTwin("IRQ0360", new IRQ0310AcknowledgeWithoutIsb());
