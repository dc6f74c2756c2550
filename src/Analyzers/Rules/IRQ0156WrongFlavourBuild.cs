namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0106 where the caller that has interrupts off stands in another type.</summary>
internal sealed class IRQ0156WrongFlavourBuild() : BuildTwin("IRQ0156", new IRQ0106WrongFlavour());
