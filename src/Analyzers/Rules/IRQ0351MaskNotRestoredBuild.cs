namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0301 on a way that crosses types.</summary>
internal sealed class IRQ0351MaskNotRestoredBuild() : BuildTwin("IRQ0351", new IRQ0301MaskNotRestored());
