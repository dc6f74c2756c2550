using System.Collections.Immutable;
using IrqSafety.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>Takes the bodies out of operation blocks.</summary>
internal static class BodyCollector
{
    /// <summary>The bodies in a block: its own and those nested in it.</summary>
    public static ImmutableArray<Body> In(ISymbol owner, IOperation block) =>
        IsBody(block) ? [.. Body.In(owner, block)] : [];

    /// <summary>True for the block of a body; what a constructor passes on to another belongs to its body too.</summary>
    public static bool IsBody(IOperation block) => (block.Parent is null or { Kind: OperationKind.MethodBody or OperationKind.ConstructorBody }) && HasFlow(block);

    /// <summary>The type that a type is nested in, or itself.</summary>
    public static INamedTypeSymbol Outermost(INamedTypeSymbol type) => type.ContainingType is { } outer ? Outermost(outer) : type;

    // Attributes and default values of parameters are blocks too, without code in them.
    private static bool HasFlow(IOperation block) => block.Kind is OperationKind.Block or OperationKind.FieldInitializer or OperationKind.PropertyInitializer;
}
