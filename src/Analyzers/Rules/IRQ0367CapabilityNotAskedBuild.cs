namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0317 on a way that crosses types.</summary>
internal sealed class IRQ0367CapabilityNotAskedBuild() : BuildTwin("IRQ0367", new IRQ0317CapabilityNotAsked());
