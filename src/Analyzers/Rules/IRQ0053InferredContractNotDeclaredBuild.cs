namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0003 for what other types call, and for what comes from bodies of other types.</summary>
internal sealed class IRQ0053InferredContractNotDeclaredBuild() : BuildTwin("IRQ0053", new IRQ0003InferredContractNotDeclared());
