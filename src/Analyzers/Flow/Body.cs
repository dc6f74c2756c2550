using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>A body of code: of a method, accessor or constructor, of an initialiser, of a lambda or of a local function.</summary>
internal sealed class Body
{
    private Body(ISymbol owner, IMethodSymbol? method, ControlFlowGraph graph, IOperation root)
    {
        Owner = owner;
        Method = method;
        Graph = graph;
        Root = root;
    }

    /// <summary>The member it belongs to.</summary>
    public ISymbol Owner { get; }

    /// <summary>The method it is the body of: the member, a lambda or a local function. Null for an initialiser.</summary>
    public IMethodSymbol? Method { get; }

    /// <summary>Its control-flow graph.</summary>
    public ControlFlowGraph Graph { get; }

    /// <summary>The code as written.</summary>
    public IOperation Root { get; }

    /// <summary>The lambda or local function that is this body; null when the body is the member's own.</summary>
    public bool IsNested => Method?.MethodKind is MethodKind.AnonymousFunction or MethodKind.LocalFunction;

    /// <summary>The name a person calls it by.</summary>
    public string Name => Method switch
    {
        null => Owner.Name,
        { MethodKind: MethodKind.AnonymousFunction } => $"lambda in {MemberName(Owner)}",
        { MethodKind: MethodKind.LocalFunction } => Method.Name,
        _ => MemberName(Method),
    };

    /// <summary>Where its declaration stands.</summary>
    public Location Location => Method is { MethodKind: MethodKind.AnonymousFunction } || Method is null
        ? Root.Syntax.GetLocation()
        : Method.Locations.FirstOrDefault(location => location.IsInSource) ?? Root.Syntax.GetLocation();

    /// <summary>The bodies of an operation block: its own and those nested in it.</summary>
    public static IEnumerable<Body> In(ISymbol owner, ControlFlowGraph graph)
    {
        IMethodSymbol? method = owner as IMethodSymbol;
        yield return new Body(owner, method is null ? null : Contracts.ContractReader.Definition(method), graph, graph.OriginalOperation);
        foreach (Body nested in Nested(owner, graph))
        {
            yield return nested;
        }
    }

    /// <summary>The name a person calls a member by.</summary>
    public static string MemberName(ISymbol member) => member switch
    {
        IMethodSymbol { AssociatedSymbol: { } property } => property.Name,
        IMethodSymbol { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor } constructor => constructor.ContainingType.Name,
        _ => member.Name,
    };

    private static IEnumerable<Body> Nested(ISymbol owner, ControlFlowGraph graph)
    {
        foreach (IMethodSymbol function in graph.LocalFunctions)
        {
            ControlFlowGraph inner = graph.GetLocalFunctionControlFlowGraph(function);
            yield return new Body(owner, function, inner, inner.OriginalOperation);
            foreach (Body nested in Nested(owner, inner))
            {
                yield return nested;
            }
        }

        foreach (IFlowAnonymousFunctionOperation lambda in Operations(graph).OfType<IFlowAnonymousFunctionOperation>())
        {
            ControlFlowGraph inner = graph.GetAnonymousFunctionControlFlowGraph(lambda);
            yield return new Body(owner, lambda.Symbol, inner, inner.OriginalOperation);
            foreach (Body nested in Nested(owner, inner))
            {
                yield return nested;
            }
        }
    }

    /// <summary>Every operation of a graph.</summary>
    public static IEnumerable<IOperation> Operations(ControlFlowGraph graph)
    {
        foreach (BasicBlock block in graph.Blocks)
        {
            foreach (IOperation operation in block.Operations)
            {
                foreach (IOperation inner in operation.DescendantsAndSelf())
                {
                    yield return inner;
                }
            }

            if (block.BranchValue is { } value)
            {
                foreach (IOperation inner in value.DescendantsAndSelf())
                {
                    yield return inner;
                }
            }
        }
    }
}
