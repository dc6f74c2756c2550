using System;
using System.Collections.Generic;
using System.Collections.Immutable;
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
    private IReadOnlyList<(SyntaxNode Syntax, IMethodSymbol Method)>? _emitted;
    private BodyFacts? _facts;
    private List<Body>? _inner;

    // The facts are there before the code is let go, for those who ask meanwhile.
    private volatile Code? _code;
    private ImmutableArray<BasicBlock>? _kept;

    private Body(ISymbol owner, IMethodSymbol? method, IOperation root, Func<ControlFlowGraph?> graph)
    {
        Owner = owner;
        Method = method;
        Syntax = root.Syntax;
        _code = new Code(root, graph);
    }

    /// <summary>The member it belongs to.</summary>
    public ISymbol Owner { get; }

    /// <summary>The method it is the body of: the member, a lambda or a local function. Null for an initialiser.</summary>
    public IMethodSymbol? Method { get; }

    /// <summary>The code as written.</summary>
    public SyntaxNode Syntax { get; }

    /// <summary>The blocks of its control-flow graph; null when it is too large to follow, and when the code was let go without them.</summary>
    public ImmutableArray<BasicBlock>? Blocks => _kept ?? (_code?.Graph is { } graph && graph.Blocks.Length <= MostBlocks ? graph.Blocks : null);

    /// <summary>The calls in the order in which the compiler emits them.</summary>
    public IReadOnlyList<(SyntaxNode Syntax, IMethodSymbol Method)> EmittedCalls => _code is { } code ? _emitted ??= EmissionOrder.Of(code.Root) : _emitted!;

    /// <summary>Each reference to a field or property, also in lambdas and local functions in it, with where it stands. Not to be asked before its facts.</summary>
    public IEnumerable<(ISymbol Member, int Start)> References => _inner is null ? _facts!.References : _facts!.References.Concat(_inner.SelectMany(inner => inner.References));

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
        ? Syntax.GetLocation()
        : Method.Locations.FirstOrDefault(location => location.IsInSource) ?? Syntax.GetLocation();

    /// <summary>What can be read off the code without following it.</summary>
    public BodyFacts Facts(ContractedCompilation contracts) => _code is { } code ? _facts ??= BodyFacts.Of(this, code.Root, contracts) : _facts!;

    /// <summary>
    /// Lets go of the operations, and with them of what the compiler knows of the file: the rest of the compilation has no need of them.
    /// Bodies in it, and the one that it is in, are to be let go together.
    /// </summary>
    /// <param name="contracts">The contracts.</param>
    /// <param name="isFollowedAgain">True when its paths may be followed once more.</param>
    public void LetGo(ContractedCompilation contracts, bool isFollowedAgain)
    {
        Facts(contracts).Makes = null;
        _ = EmittedCalls;
        _kept = isFollowedAgain ? Blocks : null;
        _code = null;
    }

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

    /// <summary>Every operation under one as written, without the insides of lambdas and local functions.</summary>
    public static IEnumerable<IOperation> Operations(IOperation root)
    {
        var open = new Stack<IOperation>();
        foreach (IOperation child in root.ChildOperations.Reverse())
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

    /// <summary>Every operation of the blocks of a graph.</summary>
    public static List<IOperation> Operations(ImmutableArray<BasicBlock> blocks)
    {
        List<IOperation> all = [];
        AddOperations(all, blocks);
        return all;
    }

    /// <summary>Adds every operation of the blocks of a graph.</summary>
    public static void AddOperations(List<IOperation> all, ImmutableArray<BasicBlock> blocks)
    {
        foreach (BasicBlock block in blocks)
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
        foreach (IOperation operation in Operations(_code!.Root))
        {
            if (operation is ILocalFunctionOperation or IAnonymousFunctionOperation)
            {
                Body inner = operation is ILocalFunctionOperation function ? Inside(function) : Inside((IAnonymousFunctionOperation)operation);
                (_inner ??= []).Add(inner);
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
        _code?.Graph is { } graph && graph.LocalFunctions.Contains(function.Symbol, SymbolEqualityComparer.Default) ? graph.GetLocalFunctionControlFlowGraph(function.Symbol) : null;

    private ControlFlowGraph? GraphOf(IAnonymousFunctionOperation lambda) => _code?.Graph is { } graph
        && Operations(graph.Blocks).OfType<IFlowAnonymousFunctionOperation>().FirstOrDefault(one => SymbolEqualityComparer.Default.Equals(one.Symbol, lambda.Symbol)) is { } flow
        ? graph.GetAnonymousFunctionControlFlowGraph(flow)
        : null;

    /// <summary>The operations. Most bodies are followed once: the graph is made anew for the few that are asked for again after it was collected.</summary>
    private sealed class Code(IOperation root, Func<ControlFlowGraph?> makeGraph)
    {
        private readonly WeakReference<ControlFlowGraph?> _graph = new(null);

        public IOperation Root => root;

        public ControlFlowGraph? Graph
        {
            get
            {
                if (!_graph.TryGetTarget(out ControlFlowGraph? graph))
                {
                    graph = makeGraph();
                    _graph.SetTarget(graph);
                }

                return graph;
            }
        }
    }
}
