using System.Collections.Concurrent;
using IrqSafety.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Takes the bodies out of operation blocks.</summary>
internal static class BodyCollector
{
    // A graph of more blocks is machine-made: a table, not control flow a handler has.
    private const int MostBlocks = 2000;

    /// <summary>Adds the bodies of the blocks.</summary>
    public static void Collect(OperationBlockAnalysisContext context, ConcurrentBag<Body> bodies)
    {
        foreach (IOperation block in context.OperationBlocks)
        {
            if (block.Parent is null or { Kind: OperationKind.MethodBody or OperationKind.ConstructorBody } && HasFlow(block))
            {
                ControlFlowGraph graph = context.GetControlFlowGraph(block);
                if (graph.Blocks.Length <= MostBlocks)
                {
                    foreach (Body body in Body.In(context.OwningSymbol, graph))
                    {
                        bodies.Add(body);
                    }
                }
            }
        }
    }

    /// <summary>The type that a type is nested in, or itself.</summary>
    public static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;

    // Attributes and default values of parameters are blocks too, without code in them.
    private static bool HasFlow(IOperation block) => block.Kind is OperationKind.Block or OperationKind.FieldInitializer or OperationKind.PropertyInitializer;
}
