namespace IrqSafety.Analyzers.Rules;

/// <summary>The law of IRQ0213 for a line that one type sets up and another requests.</summary>
internal sealed class IRQ0263FlowHandlerBuild() : BuildTwin("IRQ0263", new IRQ0213FlowHandler());
