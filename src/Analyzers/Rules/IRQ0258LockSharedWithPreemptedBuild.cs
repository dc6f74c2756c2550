namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0208 where the two sides stand in different types.</summary>
internal sealed class IRQ0258LockSharedWithPreemptedBuild() : BuildTwin("IRQ0258", new IRQ0208LockSharedWithPreempted());
