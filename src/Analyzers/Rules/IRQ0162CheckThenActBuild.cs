namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0112 on a way that crosses types.</summary>
internal sealed class IRQ0162CheckThenActBuild() : BuildTwin("IRQ0162", new IRQ0112CheckThenAct());
