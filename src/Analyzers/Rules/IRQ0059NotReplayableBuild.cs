namespace IrqSafety.Analyzers.Rules;

/// <summary>IRQ0009 across types.</summary>
internal sealed class IRQ0059NotReplayableBuild() : BuildTwin("IRQ0059", new IRQ0009NotReplayable());
