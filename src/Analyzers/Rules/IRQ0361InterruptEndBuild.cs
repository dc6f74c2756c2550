namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0311 where another type acknowledges or ends.</summary>
internal sealed class IRQ0361InterruptEndBuild() : BuildTwin("IRQ0361", new IRQ0311InterruptEnd());
