using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// The bodies that are analysed together: those of one type and the types nested in it while typing, those of the whole compilation in the
/// build. A method outside is known by its contract alone.
/// </summary>
internal sealed class Scope
{
    // Deeper chains of calls are analysed from where they continue, without what happened before.
    private const int DeepestChain = 64;
    private readonly Dictionary<IMethodSymbol, Body> _byMethod = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<Body, BodyResult> _results = [];
    private readonly HashSet<Body> _running = [];
    private readonly HashSet<Body> _called = [];

    /// <summary>A scope of these bodies.</summary>
    public Scope(ContractedCompilation contracts, IEnumerable<Body> bodies)
    {
        Contracts = contracts;
        Bodies = [.. bodies.OrderBy(body => body.Root.Syntax.SyntaxTree.FilePath, System.StringComparer.Ordinal).ThenBy(body => body.Root.Syntax.SpanStart).ThenByDescending(body => body.Root.Syntax.Span.End)];
        foreach (Body body in Bodies)
        {
            if (body.Method is { } method && !_byMethod.ContainsKey(method))
            {
                _byMethod[method] = body;
            }
        }
    }

    /// <summary>The contracts.</summary>
    public ContractedCompilation Contracts { get; }

    /// <summary>The bodies, in source order.</summary>
    public IReadOnlyList<Body> Bodies { get; }

    /// <summary>True when some body calls or hands over anything that has a contract.</summary>
    public bool IsOfInterest => Bodies.Any(body => Body.Operations(body.Graph).Any(HasContract));

    /// <summary>The body of a method, when it is in the scope and a call of the method runs no other.</summary>
    public Body? Find(IMethodSymbol method) => _byMethod.TryGetValue(ContractReader.Definition(method), out Body? body) ? body : null;

    /// <summary>The analysis of a body.</summary>
    public BodyResult ResultOf(Body body)
    {
        if (!_results.TryGetValue(body, out BodyResult? result))
        {
            _running.Add(body);
            result = BodyAnalysis.Run(this, body, EntryOf(body));
            _running.Remove(body);
            _results[body] = result;
        }

        return result;
    }

    /// <summary>What a body does as a whole; nothing is assumed of one that is being analysed, which is recursion.</summary>
    public BodySummary SummaryOf(Body body) =>
        _results.TryGetValue(body, out BodyResult? result) ? result.Summary
        : _running.Contains(body) || _running.Count >= DeepestChain ? BodySummary.Unknown
        : ResultOf(body).Summary;

    /// <summary>True when another body of the scope calls it.</summary>
    public bool IsCalled(Body body)
    {
        if (_called.Count == 0)
        {
            foreach (Body caller in Bodies)
            {
                foreach (CallEvent call in ResultOf(caller).Calls)
                {
                    if (Find(call.Target) is { } callee && callee != caller)
                    {
                        _called.Add(callee);
                    }
                }
            }
        }

        return _called.Contains(body);
    }

    private PathState EntryOf(Body body) => body.Method is not { } method
        ? PathState.Entry
        : LockPath.HeldAtEntry(Contracts, method).Aggregate(PathState.Entry, (state, held) => state.Take(held.Instance, new Acquisition(Acquisition.AtEntry, IrqSafety.Contracts.LockMode.Exclusive, IsTry: false, default)));

    private bool HasContract(IOperation operation) => operation switch
    {
        IInvocationOperation call => Says(call.TargetMethod),
        IObjectCreationOperation { Constructor: { } constructor } => Says(constructor),
        IPropertyReferenceOperation { Property: var property } => (property.GetMethod is { } get && Says(get)) || (property.SetMethod is { } set && Says(set)) || Contracts.Contracts.RunsWhatIsStored(property) is not null,
        IFieldReferenceOperation { Field: var field } => Contracts.Contracts.RunsWhatIsStored(field) is not null,
        IDelegateCreationOperation { Type: { } type } => Contracts.Contracts.RunsWhatIsStored(type) is not null,
        _ => false,
    };

    private bool Says(IMethodSymbol method) => ContractReader.SaysSomething(Contracts.Contracts.Of(method));
}
