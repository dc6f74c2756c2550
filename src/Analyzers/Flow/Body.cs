using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Findings;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// A body of code: of a method, accessor or constructor, of an initialiser, of a lambda or of a local function. Its control-flow graph is made
/// when it is first asked for: most bodies of a program have nothing to do with contracts.
/// </summary>
internal sealed class Body
{
    // A graph of more blocks is machine-made: a table, not control flow a handler has.
    private const int MostBlocks = 2000;
    private readonly Func<ControlFlowGraph?> _makeGraph;
    private readonly Lazy<IReadOnlyList<(SyntaxNode Syntax, IMethodSymbol Method)>> _emission;
    private readonly WeakReference<ControlFlowGraph?> _graph = new(null);
    private BodyFacts? _facts;

    private Body(ISymbol owner, IMethodSymbol? method, IOperation root, Func<ControlFlowGraph?> graph)
    {
        Owner = owner;
        Method = method;
        Root = root;
        _makeGraph = graph;
        _emission = new(() => EmissionOrder.Of(root));
    }

    /// <summary>The member it belongs to.</summary>
    public ISymbol Owner { get; }

    /// <summary>The method it is the body of: the member, a lambda or a local function. Null for an initialiser.</summary>
    public IMethodSymbol? Method { get; }

    /// <summary>Its control-flow graph; null when it is too large to follow.</summary>
    public ControlFlowGraph? Graph => Whole is { } graph && graph.Blocks.Length <= MostBlocks ? graph : null;

    // Most are followed once: it is made anew for the few that are asked for again after it was collected.
    private ControlFlowGraph? Whole
    {
        get
        {
            if (!_graph.TryGetTarget(out ControlFlowGraph? graph))
            {
                graph = _makeGraph();
                _graph.SetTarget(graph);
            }

            return graph;
        }
    }

    /// <summary>The code as written.</summary>
    public IOperation Root { get; }

    /// <summary>The calls in the order in which the compiler emits them.</summary>
    public IReadOnlyList<(SyntaxNode Syntax, IMethodSymbol Method)> EmittedCalls => _emission.Value;

    /// <summary>True for a lambda or a local function; false when the body is the member's own.</summary>
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

    /// <summary>What can be read off the code without following it.</summary>
    public BodyFacts Facts(ContractedCompilation contracts) => _facts ??= BodyFacts.Of(this, contracts);

    /// <summary>The bodies of an operation block: its own and those nested in it.</summary>
    public static IEnumerable<Body> In(ISymbol owner, IOperation block)
    {
        IMethodSymbol? method = owner as IMethodSymbol;
        IOperation whole = block.Parent ?? block;
        var body = new Body(owner, method is null ? null : ContractReader.Definition(method), whole, () => GraphOf(whole));
        yield return body;
        foreach (Body nested in body.Nested())
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

    /// <summary>Every operation of the body as written, without the insides of lambdas and local functions.</summary>
    public IEnumerable<IOperation> Operations()
    {
        var open = new Stack<IOperation>();
        foreach (IOperation child in Root.ChildOperations.Reverse())
        {
            open.Push(child);
        }

        while (open.Count > 0)
        {
            IOperation operation = open.Pop();
            yield return operation;
            if (operation is not (IAnonymousFunctionOperation or ILocalFunctionOperation))
            {
                foreach (IOperation child in operation.ChildOperations.Reverse())
                {
                    open.Push(child);
                }
            }
        }
    }

    /// <summary>Every operation of a graph.</summary>
    public static List<IOperation> Operations(ControlFlowGraph graph)
    {
        List<IOperation> all = [];
        foreach (BasicBlock block in graph.Blocks)
        {
            foreach (IOperation operation in block.Operations)
            {
                AddTo(all, operation);
            }

            if (block.BranchValue is { } value)
            {
                AddTo(all, value);
            }
        }

        return all;
    }

    private static void AddTo(List<IOperation> all, IOperation operation)
    {
        all.Add(operation);
        foreach (IOperation child in operation.ChildOperations)
        {
            AddTo(all, child);
        }
    }

    private static ControlFlowGraph? GraphOf(IOperation root) => root switch
    {
        IMethodBodyOperation method => ControlFlowGraph.Create(method),
        IConstructorBodyOperation constructor => ControlFlowGraph.Create(constructor),
        IBlockOperation block => ControlFlowGraph.Create(block),
        IFieldInitializerOperation field => ControlFlowGraph.Create(field),
        IPropertyInitializerOperation property => ControlFlowGraph.Create(property),
        _ => null,
    };

    private IEnumerable<Body> Nested()
    {
        foreach (IOperation operation in Operations())
        {
            if (operation is ILocalFunctionOperation or IAnonymousFunctionOperation)
            {
                Body inner = operation is ILocalFunctionOperation function ? Inside(function) : Inside((IAnonymousFunctionOperation)operation);
                yield return inner;
                foreach (Body deeper in inner.Nested())
                {
                    yield return deeper;
                }
            }
        }
    }

    private Body Inside(ILocalFunctionOperation function) => new(Owner, function.Symbol, function, () => GraphOf(function));

    private Body Inside(IAnonymousFunctionOperation lambda) => new(Owner, lambda.Symbol, lambda, () => GraphOf(lambda));

    // The graph of a nested function is made from the graph it stands in.
    private ControlFlowGraph? GraphOf(ILocalFunctionOperation function) =>
        Whole is { } graph && graph.LocalFunctions.Contains(function.Symbol, SymbolEqualityComparer.Default) ? graph.GetLocalFunctionControlFlowGraph(function.Symbol) : null;

    private ControlFlowGraph? GraphOf(IAnonymousFunctionOperation lambda) => Whole is { } graph
        && Operations(graph).OfType<IFlowAnonymousFunctionOperation>().FirstOrDefault(one => SymbolEqualityComparer.Default.Equals(one.Symbol, lambda.Symbol)) is { } flow
        ? graph.GetAnonymousFunctionControlFlowGraph(flow)
        : null;
}
