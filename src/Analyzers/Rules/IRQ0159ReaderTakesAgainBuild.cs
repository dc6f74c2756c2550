namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0109 on a way that crosses types.</summary>
internal sealed class IRQ0159ReaderTakesAgainBuild() : BuildTwin("IRQ0159", new IRQ0109ReaderTakesAgain());
