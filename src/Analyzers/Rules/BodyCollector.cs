using System.Collections.Immutable;
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

    /// <summary>The bodies in a block: its own and those nested in it.</summary>
    public static ImmutableArray<Body> In(OperationBlockAnalysisContext context, IOperation block)
    {
        if (!(block.Parent is null or { Kind: OperationKind.MethodBody or OperationKind.ConstructorBody }) || !HasFlow(block))
        {
            return [];
        }

        ControlFlowGraph graph = context.GetControlFlowGraph(block);
        return graph.Blocks.Length > MostBlocks ? [] : [.. Body.In(context.OwningSymbol, graph)];
    }

    /// <summary>The type that a type is nested in, or itself.</summary>
    public static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;

    // Attributes and default values of parameters are blocks too, without code in them.
    private static bool HasFlow(IOperation block) => block.Kind is OperationKind.Block or OperationKind.FieldInitializer or OperationKind.PropertyInitializer;
}
