namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0113 on a way that crosses types.</summary>
internal sealed class IRQ0163StaleAfterRetakeBuild() : BuildTwin("IRQ0163", new IRQ0113StaleAfterRetake());
