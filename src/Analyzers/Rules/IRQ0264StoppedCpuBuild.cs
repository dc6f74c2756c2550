namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0214 on a way that crosses types.</summary>
internal sealed class IRQ0264StoppedCpuBuild() : BuildTwin("IRQ0264", new IRQ0214StoppedCpu());
