namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0202 on a way that crosses types.</summary>
internal sealed class IRQ0252UnsafeCallInNmiBuild() : BuildTwin("IRQ0252", new IRQ0202UnsafeCallInNmi());
