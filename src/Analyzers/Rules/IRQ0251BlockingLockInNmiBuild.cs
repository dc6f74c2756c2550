namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0201 on a way that crosses types.</summary>
internal sealed class IRQ0251BlockingLockInNmiBuild() : BuildTwin("IRQ0251", new IRQ0201BlockingLockInNmi());
