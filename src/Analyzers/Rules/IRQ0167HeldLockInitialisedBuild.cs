namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0117 on a way that crosses types.</summary>
internal sealed class IRQ0167HeldLockInitialisedBuild() : BuildTwin("IRQ0167", new IRQ0117HeldLockInitialised());
