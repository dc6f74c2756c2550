namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0313 on a way that crosses types.</summary>
internal sealed class IRQ0363WriteNotAwaitedBuild() : BuildTwin("IRQ0363", new IRQ0313WriteNotAwaited());
