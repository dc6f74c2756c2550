using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>Collects the events of a body in the last pass of its analysis, of one body after another.</summary>
internal sealed class EventLog
{
    private static readonly ImmutableHashSet<ISymbol> NoMembers = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);
    private readonly Dictionary<IOperation, CallEvent> _calls = [];
    private readonly Dictionary<(IOperation, ISymbol), Registration> _registrations = [];
    private readonly Dictionary<(IOperation, ISymbol), DataEvent> _data = [];
    private readonly Dictionary<IOperation, MixedFlags> _mixed = [];
    private readonly Dictionary<(IOperation, ISymbol), DataEvent> _watched = [];
    private readonly List<Outcome> _outcomes = [];
    private readonly HashSet<(ProtocolKey, string, PathState)> _known = [];
    private Body _body = null!;
    private CallsOfBody _shared = null!;
    private Dictionary<string, LockReference>? _locks;

    /// <summary>True in the last pass, and in a first one that may turn out to be the last.</summary>
    public bool IsRecording { get; set; }

    /// <summary>Begins with a body.</summary>
    public void Begin(Body body, IReadOnlyList<UnknownCall> unknown)
    {
        _body = body;
        _shared = new CallsOfBody(body, unknown);
    }

    /// <summary>Nothing of the body stays. What its result has of it is the result's.</summary>
    public void End()
    {
        Clear();
        _body = null!;
        _shared = null!;
        _locks = null;
        IsRecording = false;
        TouchesGuarded = false;
        HasEffects = false;
        ReadsResults = false;
        Writes = NoMembers;
        Protocols = ImmutableHashSet<string>.Empty;
    }

    /// <summary>Forgets the events: what is known of the body as a whole stays.</summary>
    public void Clear()
    {
        _calls.Clear();
        _registrations.Clear();
        _data.Clear();
        _mixed.Clear();
        _watched.Clear();
        _outcomes.Clear();
        _known.Clear();
    }

    /// <summary>The kinds of the lock instances that the body names.</summary>
    public IReadOnlyDictionary<string, IrqSafety.Contracts.LockKind> LockKinds => _shared.HeldKinds;

    /// <summary>The locks that the body names, by instance, also by what an instance becomes when its variable changes.</summary>
    public IReadOnlyDictionary<string, LockReference> Locks => _locks ?? (IReadOnlyDictionary<string, LockReference>)ImmutableDictionary<string, LockReference>.Empty;

    /// <summary>The calls, in source order.</summary>
    public ImmutableArray<CallEvent> Calls => InOrder(_calls, static call => call.Operation.Syntax);

    /// <summary>The registrations, in source order.</summary>
    public IReadOnlyList<Registration> Registrations => _registrations.Count == 0 ? [] : [.. _registrations.Values.OrderBy(one => one.Operation.Syntax.SpanStart)];

    /// <summary>How many outcomes there are so far.</summary>
    public int OutcomeCount => _outcomes.Count;

    /// <summary>The outcomes.</summary>
    public IReadOnlyList<Outcome> AllOutcomes => _outcomes.Count == 0 ? [] : [.. _outcomes];

    /// <summary>True when some of them is guarded by a lock.</summary>
    public bool TouchesGuarded { get; private set; }

    /// <summary>The accesses to data that has a contract, in source order.</summary>
    public ImmutableArray<DataEvent> Data => InOrder(_data, static access => access.Operation.Syntax);

    /// <summary>The accesses to watched fields, in source order.</summary>
    public ImmutableArray<DataEvent> Watched => InOrder(_watched, static access => access.Operation.Syntax);

    // By where they begin, then by where they end. They come nearly in that order, and where neither tells them apart they keep it.
    private static ImmutableArray<TEvent> InOrder<TKey, TEvent>(Dictionary<TKey, TEvent> events, Func<TEvent, SyntaxNode> syntax)
        where TKey : notnull
    {
        if (events.Count == 0)
        {
            return [];
        }

        ImmutableArray<TEvent>.Builder ordered = ImmutableArray.CreateBuilder<TEvent>(events.Count);
        foreach (KeyValuePair<TKey, TEvent> one in events)
        {
            ordered.Add(one.Value);
            int at = ordered.Count - 1;
            SyntaxNode place = syntax(one.Value);
            for (; at > 0 && IsBefore(place, syntax(ordered[at - 1])); at--)
            {
                ordered[at] = ordered[at - 1];
            }

            ordered[at] = one.Value;
        }

        return ordered.MoveToImmutable();
    }

    private static bool IsBefore(SyntaxNode one, SyntaxNode other) =>
        one.SpanStart != other.SpanStart ? one.SpanStart < other.SpanStart : one.Span.End < other.Span.End;

    /// <summary>Members written.</summary>
    public ImmutableHashSet<ISymbol> Writes { get; private set; } = NoMembers;

    /// <summary>Protocols of which there are events.</summary>
    public ImmutableHashSet<string> Protocols { get; private set; } = ImmutableHashSet<string>.Empty;

    /// <summary>True when locks or masks are changed.</summary>
    public bool HasEffects { get; private set; }

    /// <summary>True when the body depends on calls whose results may differ each time.</summary>
    public bool ReadsResults { get; private set; }

    /// <summary>The event for this call, made when it is first seen; null before the last pass.</summary>
    public CallEvent? Call(IOperation operation, int number, CalledMethod method)
    {
        if (!IsRecording)
        {
            return null;
        }

        if (!_calls.TryGetValue(operation, out CallEvent? call))
        {
            _calls[operation] = call = new CallEvent(_shared, OperationPlace.Of(operation), number, method);
        }

        return call;
    }

    /// <summary>A lock is named.</summary>
    public void Naming(LockReference reference)
    {
        _shared.Naming(reference.Instance, reference.Class?.Kind ?? IrqSafety.Contracts.LockKind.Unknown);
        _locks ??= [];
        _locks[reference.Instance] = reference;
        _locks[Value.Generalise(reference.Instance)] = reference;
    }

    /// <summary>The mask words of one kind where one of another is expected, in source order.</summary>
    public IReadOnlyList<MixedFlags> Mixed => _mixed.Count == 0 ? [] : [.. _mixed.Values.OrderBy(one => one.Operation.Syntax.SpanStart)];

    /// <summary>A mask word of one kind stands where one of another is expected.</summary>
    public void Mixing(IOperation operation, MixedFlags mixed)
    {
        if (IsRecording)
        {
            _mixed[operation] = mixed;
        }
    }

    /// <summary>A handler is handed over.</summary>
    public void Register(IOperation operation, IMethodSymbol handler, ContextRule rule, ISymbol place, CallEvent? call)
    {
        if (IsRecording && !_registrations.ContainsKey((operation, handler)))
        {
            _registrations[(operation, handler)] = new Registration(_body, OperationPlace.Of(operation), handler, rule, place, call);
        }
    }

    /// <summary>Data with a contract is touched.</summary>
    public void Touch(Contracts.ContractedCompilation contracts, IOperation operation, ISymbol member, Value? owner, DataContract contract, bool writes, bool marked, IMethodSymbol? accessor, string data, PathState state, Func<IOperation, IReadOnlyDictionary<string, LockReference>, Sample?> address, IOperation place)
    {
        TouchesGuarded |= contract.IsGuarded;
        Dictionary<string, LockReference> locks = [];
        foreach (string expression in contract.Locks)
        {
            LockReference reference = LockPath.OfData(contracts, member, owner, expression);
            locks[expression] = reference;
            Naming(reference);
        }

        if (IsRecording)
        {
            DataEvent access = Access(_data, operation, member, contract, writes, marked, accessor);
            if (!state.IsMay)
            {
                access.Reached(new DataVisit(owner, data, locks, state) { Address = address(place, locks) });
            }
        }
    }

    /// <summary>A watched field is touched.</summary>
    public void Watch(IOperation operation, ISymbol member, Value? owner, bool writes, bool marked, IMethodSymbol? accessor, string data, PathState state)
    {
        DataEvent access = Access(_watched, operation, member, DataContract.Nothing, writes, marked, accessor);
        if (!state.IsMay)
        {
            access.Reached(new DataVisit(owner, data, ImmutableDictionary<string, LockReference>.Empty, state));
        }
    }

    private DataEvent Access(Dictionary<(IOperation, ISymbol), DataEvent> accesses, IOperation operation, ISymbol member, DataContract contract, bool writes, bool marked, IMethodSymbol? accessor)
    {
        if (!accesses.TryGetValue((operation, member), out DataEvent? access))
        {
            accesses[(operation, member)] = access = new DataEvent(_body, OperationPlace.Of(operation), member, contract, accessor);
        }

        access.Writes |= writes;
        access.Marked &= marked;
        return access;
    }

    /// <summary>The protocol states of objects for which the condition holds are what became of them.</summary>
    public void Outcomes(PathState state, Func<string, bool> which)
    {
        if (!IsRecording || state.Protocols.IsEmpty)
        {
            return;
        }

        foreach (KeyValuePair<ProtocolKey, string> one in state.Protocols)
        {
            if (which(one.Key.Object) && _known.Add((one.Key, one.Value, state)))
            {
                _outcomes.Add(new Outcome(one.Key, one.Value, state));
            }
        }
    }

    /// <summary>A member is written.</summary>
    public void Writing(ISymbol member) => Writes = Writes.Add(member.OriginalDefinition);

    /// <summary>A called body has these effects.</summary>
    public void Calling(BodySummary summary)
    {
        Writes = summary.Writes.IsEmpty ? Writes : Writes.Union(summary.Writes);
        Protocols = summary.Protocols.IsEmpty ? Protocols : Protocols.Union(summary.Protocols);
        HasEffects |= !summary.Held.IsEmpty || summary.Mask != default;
        ReadsResults |= !summary.IsPredicate;
        TouchesGuarded |= summary.Read is not null || !summary.GivesUp.IsEmpty;
        foreach (KeyValuePair<string, IrqSafety.Contracts.LockKind> kind in summary.LockKinds)
        {
            _shared.Naming(kind.Key, kind.Value);
        }
    }

    /// <summary>A contracted operation is called.</summary>
    public void Calling(OperationContract contract)
    {
        HasEffects |= Contracts.ContractReader.HasEffects(contract);
        foreach (TransitionContract transition in contract.Transitions)
        {
            Protocols = Protocols.Add(transition.Protocol);
        }
    }

    /// <summary>Something is called of which nothing is known.</summary>
    public void CallingUnknown() => ReadsResults = true;
}
