using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// The bodies that are analysed together: those of one type and the types nested in it while typing, those of the whole compilation in the
/// build. A method outside is known by its contract alone.
/// </summary>
/// <remarks>
/// Bodies are analysed callees first. Bodies that call each other are analysed again until what they do as a whole stops changing, beginning
/// with "never returns", so that the result does not depend on where one begins.
/// </remarks>
internal sealed class Scope
{
    // What bodies that call each other do settles after as many rounds as the longest chain of effects among them; these are bounded by hand.
    private const int MostRounds = 16;
    private readonly Dictionary<IMethodSymbol, Body> _byMethod = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<Body, BodyResult> _results = [];
    private readonly Dictionary<Body, BodySummary> _assumed = [];
    private readonly HashSet<Body> _called = [];
    private readonly HashSet<Body> _followed = [];
    private readonly Dictionary<Body, IReadOnlyList<UnknownCall>> _unknown = [];
    private readonly Dictionary<ISymbol, bool> _settled = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, Value> _ownMembers = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, Value> _membersAlone = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<Body, Scope> _parts = [];
    private HashSet<ISymbol>? _changed;
    private HashSet<ISymbol>? _watched;
    private HashSet<IMethodSymbol>? _registered;
    private bool _isSolved;
    private bool? _asksForOrders;

    /// <summary>A scope of these bodies.</summary>
    public Scope(ContractedCompilation contracts, IEnumerable<Body> bodies)
    {
        Contracts = contracts;
        Bodies = [.. bodies.OrderBy(body => body.Syntax.SyntaxTree.FilePath, System.StringComparer.Ordinal).ThenBy(body => body.Syntax.SpanStart).ThenByDescending(body => body.Syntax.Span.End)];
        foreach (Body body in Bodies)
        {
            if (body.Method is { } method && !_byMethod.ContainsKey(method))
            {
                _byMethod[method] = body;
            }
        }
    }

    /// <summary>A scope of the bodies of several. What one of them knows of a body stays true where nothing the body calls stands in another.</summary>
    public Scope(ContractedCompilation contracts, IEnumerable<Scope> parts)
        : this(contracts, parts.SelectMany(part => part.Bodies))
    {
        foreach (Scope part in parts)
        {
            foreach (Body body in part.Bodies)
            {
                _parts[body] = part;
            }
        }
    }

    /// <summary>The contracts.</summary>
    public ContractedCompilation Contracts { get; }

    /// <summary>The bodies, in source order.</summary>
    public IReadOnlyList<Body> Bodies { get; }

    /// <summary>
    /// True when some body has a contract, or calls, touches or hands over anything that has one. What ships with the analyzer about the base class
    /// library does not count: without contracts of the program it decides nothing.
    /// </summary>
    public bool IsOfInterest => Bodies.Any(TouchesContracts);

    /// <summary>True when some operation that is called asks for an order of steps.</summary>
    public bool AsksForOrders => _asksForOrders ??= Bodies.Any(AsksForOrdersIn);

    private bool AsksForOrdersIn(Body body)
    {
        foreach ((_, IMethodSymbol target) in body.Facts(Contracts).Calls)
        {
            if (Contracts.Contracts.Of(target).Orders.Count > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The bodies of which not every path was followed, and why.</summary>
    public IEnumerable<(Body Body, string Why)> CutShort => Bodies.Select(body => (body, ResultOf(body).CutShort!)).Where(one => one.Item2 is not null);

    /// <summary>The body of a method, when it is in the scope and a call of the method runs no other.</summary>
    public Body? Find(IMethodSymbol method) => _byMethod.TryGetValue(ContractReader.Definition(method), out Body? body) ? body : null;

    /// <summary>The body that a call of a method runs. An iterator and an async method run when somebody asks for what they make.</summary>
    public Body? Called(IMethodSymbol method) => Find(method) is { } body && !body.Facts(Contracts).RunsLater ? body : null;

    /// <summary>True for a field or property that nobody changes once its object is made.</summary>
    public bool IsSettled(ISymbol member)
    {
        if (!_settled.TryGetValue(member, out bool settled))
        {
            _settled[member] = settled = member switch
            {
                IFieldSymbol { IsReadOnly: true } or IFieldSymbol { IsConst: true } or IParameterSymbol => true,
                IFieldSymbol { DeclaredAccessibility: Accessibility.Private, IsVolatile: false } field => !Changed.Contains(field.OriginalDefinition),
                IPropertySymbol { SetMethod: null, ContainingType: { IsValueType: true, IsReadOnly: true }, IsStatic: false } => true,
                IPropertySymbol { SetMethod: null or { IsInitOnly: true } } property => property.IsAutomatic(),
                _ => false,
            };
        }

        return settled;
    }

    /// <summary>The term for a member of the instance that a body runs on, or for a member without an object.</summary>
    public Value TermOf(ISymbol member, bool ofThis)
    {
        Dictionary<ISymbol, Value> terms = ofThis ? _ownMembers : _membersAlone;
        if (!terms.TryGetValue(member, out Value? term))
        {
            terms[member] = term = Value.OfMember(ofThis ? Value.This : null, member, IsSettled(member));
        }

        return term;
    }

    /// <summary>Every handler that is handed to something which says where it runs.</summary>
    public IEnumerable<Registration> Registrations => Bodies.SelectMany(body => ResultOf(body).Registrations);

    /// <summary>
    /// True for a body that others enter, so that nobody in the scope can be relied on there: the machine enters it, or it can be called and nobody here does.
    /// What is called from here is judged there.
    /// </summary>
    public bool IsEntered(Body body) => body.Method is { MethodKind: not (MethodKind.Constructor or MethodKind.StaticConstructor) } method
        && ((_registered ??= new(Registrations.Select(one => one.Handler), SymbolEqualityComparer.Default)).Contains(method)
            || Contracts.Contracts.Of(method).RunsIn != IrqSafety.Contracts.Context.None
            || (!IsCalled(body) && method.DeclaredAccessibility != Accessibility.Private && !body.IsNested));

    // What is written outside a constructor of its type.
    private HashSet<ISymbol> Changed => _changed ??= new(
        Bodies.Where(body => body.IsNested || body.Method is not (null or { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor })).SelectMany(body => body.Facts(Contracts).Writes),
        SymbolEqualityComparer.Default);

    /// <summary>The calls in a body of which nothing is known.</summary>
    public IReadOnlyList<UnknownCall> UnknownCalls(Body body)
    {
        if (!_unknown.TryGetValue(body, out IReadOnlyList<UnknownCall>? calls))
        {
            List<UnknownCall>? found = null;
            foreach ((OperationPlace operation, IMethodSymbol target) in body.Facts(Contracts).Calls)
            {
                if (operation.Runs && !Contracts.Contracts.IsKnown(target) && Find(target) is null)
                {
                    (found ??= []).Add(new UnknownCall(operation, target));
                }
            }

            _unknown[body] = calls = found ?? (IReadOnlyList<UnknownCall>)[];
        }

        return calls;
    }

    /// <summary>The analysis of a body.</summary>
    public BodyResult ResultOf(Body body)
    {
        if (!_isSolved)
        {
            _isSolved = true;
            Solve();
        }

        return _results[body];
    }

    /// <summary>The plain fields that some body writes: who touches them where is noted, for a handler may share them with what it interrupts.</summary>
    public HashSet<ISymbol> Watched => _watched ??= new(
        Bodies.SelectMany(body => body.Facts(Contracts).Writes).Distinct(SymbolEqualityComparer.Default).Where(member => member is IFieldSymbol written && Contracts.IsPlain(written)),
        SymbolEqualityComparer.Default);

    /// <summary>The accesses of a body to watched fields. A body in which nothing else matters is followed only when they are asked for.</summary>
    public ImmutableArray<DataEvent> AccessesToWatched(Body body) =>
        ResultOf(body) is var result && (_followed.Contains(body) || body.Blocks is null) ? result.Watched : BodyAnalysis.Run(this, body, EntryOf(body)).Watched;

    /// <summary>What a body does as a whole; what is known of it so far where bodies call each other.</summary>
    public BodySummary SummaryOf(Body body) =>
        _assumed.TryGetValue(body, out BodySummary? assumed) ? assumed
        : _results.TryGetValue(body, out BodyResult? result) ? result.Summary
        : _isSolved ? BodySummary.Unknown
        : ResultOf(body).Summary;

    /// <summary>True when another body of the scope calls it.</summary>
    public bool IsCalled(Body body)
    {
        ResultOf(body);
        return _called.Contains(body);
    }

    /// <summary>
    /// The bodies whose paths may be followed once more in a scope of which this is a part: they call, directly or not, what stands elsewhere in the program or runs later, they
    /// take steps of a protocol that is followed through calls, or touch fields and were not followed yet.
    /// </summary>
    public HashSet<Body> FollowedAgain()
    {
        var again = new HashSet<Body>();
        for (int before = -1; before < again.Count;)
        {
            before = again.Count;
            foreach (Body body in Bodies)
            {
                BodyFacts facts = body.Facts(Contracts);
                if (ProtocolTrace.ContainsSteps(this, body) || (!_followed.Contains(body) && facts.Fields.Any(field => field is IFieldSymbol touched && Contracts.IsPlain(touched))) || facts.Calls.Any(call => LeadsOn(call.Target)) || facts.Implied.Any(LeadsOn))
                {
                    again.Add(body);
                }
            }
        }

        return again;

        bool LeadsOn(IMethodSymbol target) => Find(target) is { } callee
            ? again.Contains(callee) || callee.Facts(Contracts).RunsLater
            : SymbolEqualityComparer.Default.Equals(target.ContainingAssembly, Contracts.Compilation.Assembly);
    }

    private void Solve()
    {
        Dictionary<Body, Body[]> callees = Bodies.ToDictionary(body => body, CalleesOf);
        foreach (KeyValuePair<Body, Body[]> one in callees)
        {
            _called.UnionWith(one.Value.Where(callee => callee != one.Key));
        }

        foreach (IReadOnlyList<Body> together in CallOrder.Of(Bodies, callees))
        {
            if (together.All(body => IsKnownInPart(body, together)))
            {
                foreach (Body body in together)
                {
                    Take(body, _parts[body]);
                }
            }
            else if (together.Count == 1 && !callees[together[0]].Contains(together[0]))
            {
                _results[together[0]] = Analyse(together[0], callees[together[0]]);
            }
            else
            {
                SolveTogether(together, callees);
            }
        }
    }

    // It calls what is known where it comes from, and that was not analysed anew here.
    private bool IsKnownInPart(Body body, IReadOnlyList<Body> together) => _parts.TryGetValue(body, out Scope? part)
        && body.Facts(Contracts).Calls.Select(call => call.Target).Concat(body.Facts(Contracts).Implied).All(target =>
            Find(target) is not { } callee || (_parts.TryGetValue(callee, out Scope? other) && other == part && (together.Contains(callee) || IsTakenOver(callee, part))));

    // An iterator or async method is not run by its call, so it may still be to come.
    private bool IsTakenOver(Body callee, Scope part) => _results.TryGetValue(callee, out BodyResult? result) && result == part.ResultOf(callee);

    private void Take(Body body, Scope part)
    {
        _results[body] = part.ResultOf(body);
        if (part._followed.Contains(body))
        {
            _followed.Add(body);
        }
    }

    private void SolveTogether(IReadOnlyList<Body> together, Dictionary<Body, Body[]> callees)
    {
        // One that matters makes all of them matter.
        if (together.Any(body => Matters(body, callees[body])))
        {
            _followed.UnionWith(together);
        }

        foreach (Body body in together)
        {
            _assumed[body] = BodySummary.NeverReturns;
        }

        bool changed = true;
        for (int round = 0; changed && round < MostRounds; round++)
        {
            changed = false;
            foreach (Body body in together)
            {
                BodyResult result = Analyse(body, callees[body]);
                changed |= !result.Summary.SaysTheSameAs(_assumed[body]);
                _assumed[body] = result.Summary;
                _results[body] = result;
            }
        }

        if (changed)
        {
            foreach (Body body in together)
            {
                _assumed[body] = BodySummary.Unknown;
            }

            foreach (Body body in together)
            {
                _results[body] = Analyse(body, callees[body]) with { Summary = BodySummary.Unknown, CutShort = $"what it and the methods that call it do did not settle within {MostRounds} rounds" };
            }
        }

        foreach (Body body in together)
        {
            _assumed.Remove(body);
        }
    }

    private BodyResult Analyse(Body body, Body[] callees)
    {
        if (!_followed.Contains(body) && !Matters(body, callees))
        {
            return PlainBody.Of(this, body);
        }

        _followed.Add(body);
        return body.Blocks is null ? PlainBody.TooLarge(this, body) : BodyAnalysis.Run(this, body, EntryOf(body));
    }

    // A body without contracts in it, which calls only such bodies, does nothing that a path could tell apart.
    private bool Matters(Body body, Body[] callees) =>
        TouchesContracts(body) || callees.Any(_followed.Contains);

    private bool TouchesContracts(Body body) => body.Facts(Contracts).TouchesContracts || (body.Method is { } method && Contracts.Contracts.SaysSomething(method));

    private Body[] CalleesOf(Body body)
    {
        BodyFacts facts = body.Facts(Contracts);
        List<Body>? callees = null;
        foreach ((_, IMethodSymbol target) in facts.Calls)
        {
            Add(target);
        }

        foreach (IMethodSymbol target in facts.Implied)
        {
            Add(target);
        }

        return callees is null ? [] : [.. callees];

        void Add(IMethodSymbol target)
        {
            if (Called(target) is { } callee && callees?.Contains(callee) != true)
            {
                (callees ??= []).Add(callee);
            }
        }
    }

    private PathState EntryOf(Body body) => body.Method is not { } method
        ? PathState.Entry
        : WithOrders(LockPath.HeldAtEntry(Contracts, method).Aggregate(PathState.Entry, static (state, held) => state.Take(held.Instance, new Acquisition(Acquisition.AtEntry, held.Mode, IsTry: false, default))), Contracts.Contracts.Of(method));

    // What the method's own contract asks for has been done when it is entered.
    private static PathState WithOrders(PathState entry, IrqSafety.Rules.OperationContract contract) => contract.Orders.Count == 0 ? entry : contract.Orders
        .Where(order => order.Rule is IrqSafety.Rules.OrderRule.PrecededBy or IrqSafety.Rules.OrderRule.RequiresCapability)
        .Aggregate(entry, (state, order) => state.WithOrders(state.Orders.SetItem(new OrderKey(OrderFact.Done, order.Step), Orders.AtEntry)));
}
