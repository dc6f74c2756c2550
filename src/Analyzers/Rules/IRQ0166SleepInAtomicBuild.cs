namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0116 on a way that crosses types.</summary>
internal sealed class IRQ0166SleepInAtomicBuild() : BuildTwin("IRQ0166", new IRQ0116SleepInAtomic());
