using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>A step of a protocol that breaks it, and the calls that lead there.</summary>
/// <param name="Call">The call.</param>
/// <param name="Step">The step.</param>
/// <param name="Path">The bodies that lead there, outermost first.</param>
internal sealed record TracedStep(CallEvent Call, ProtocolStep Step, ImmutableArray<Body> Path);

/// <summary>
/// Follows protocols that run within one call, such as stopping the CPUs or handling an interrupt, from the methods where they begin through the helpers they call. Objects of
/// a protocol that is handed on keep their state in the helpers that they are passed to and that return them.
/// </summary>
internal sealed class ProtocolTrace
{
    // A protocol of one call is not spread over more helpers than this.
    private const int DeepestChain = 8;
    private readonly Dictionary<(Body, PathState), IReadOnlyList<PathState>> _known = [];
    private readonly Dictionary<SyntaxNode, TracedStep> _broken = [];
    private readonly Dictionary<string, string> _members = [];
    private readonly List<BodyResult> _results = [];
    private ImmutableArray<Body> _path = [];

    /// <summary>The steps that break a protocol, in the order in which they were found.</summary>
    public IReadOnlyCollection<TracedStep> Broken => _broken.Values;

    /// <summary>What was found of each body, once for each state in which it is entered.</summary>
    public IReadOnlyList<BodyResult> Results => _results;

    /// <summary>Follows every protocol of this kind from where it begins.</summary>
    public static ProtocolTrace Run(Scope scope)
    {
        var trace = new ProtocolTrace();
        PathState entry = Protocols.All.Aggregate(PathState.Entry, (state, table) => table.AssumedAtRoots is { } assumed ? state.WithProtocol(new ProtocolKey(table.Name, ""), assumed) : state);
        foreach (Body body in scope.Bodies)
        {
            if (!scope.IsCalled(body) && ContainsSteps(scope, body))
            {
                trace.Analyse(scope, body, entry);
            }
        }

        return trace;
    }

    /// <summary>A step is taken.</summary>
    public void Step(CallEvent? call, ProtocolStep step)
    {
        if (call is not null && IsFollowed(step.Table) && step.Row?.Law is not null && !_broken.ContainsKey(call.Operation.Syntax))
        {
            _broken[call.Operation.Syntax] = new TracedStep(call, step, _path);
        }
    }

    /// <summary>The states in which a called body returns; null when it has no part in such a protocol.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="callee">The body.</param>
    /// <param name="state">The state at the call.</param>
    /// <param name="constants">The constant arguments.</param>
    /// <param name="handed">What the callee knows by another name.</param>
    public IReadOnlyList<PathState>? Follow(Scope scope, Body callee, PathState state, IReadOnlyDictionary<string, Value> constants, IReadOnlyList<HandedObject> handed)
    {
        if (_path.Length >= DeepestChain || _path.Contains(callee) || !ContainsSteps(scope, callee))
        {
            return null;
        }

        PathState entry = Merge(PathState.Entry, state);
        foreach (KeyValuePair<string, Value> constant in constants)
        {
            entry = entry.WithValue(Value.OfVariable(constant.Key).Text, constant.Value);
        }

        foreach (HandedObject one in handed)
        {
            foreach (KeyValuePair<ProtocolKey, string> known in state.Protocols)
            {
                if (known.Key.Object == one.Object && Protocols.Find(known.Key.Protocol) is { IsHandedOn: true } table)
                {
                    entry = entry.WithProtocol(new ProtocolKey(table.Name, one.Inside), known.Value);
                }
            }
        }

        entry = Told(entry, state, [.. handed.Select(one => (one.Object, one.Inside))]) ?? entry;
        return Analyse(scope, callee, entry);
    }

    /// <summary>A member of the objects of a protocol decides whether there was an event.</summary>
    public void Decides(ProtocolTable table, string member) => _members[table.Name] = member;

    /// <summary>What decides whether there was an event, for each object that has a state.</summary>
    public IEnumerable<KeyValuePair<string, string>> DecidingIn(PathState state) =>
        from known in state.Protocols
        where _members.ContainsKey(known.Key.Protocol)
        select new KeyValuePair<string, string>(known.Key.Object, known.Key.Object + _members[known.Key.Protocol]);

    /// <summary>
    /// The state after a call that returned with one of these exits, with the states of the objects that were handed in and are returned; null where what either side knows
    /// excludes it. Where exits differ by what the caller cannot ask, nothing is known: it may ask the same in other words.
    /// </summary>
    public static PathState? Back(PathState state, PathState exit, IReadOnlyList<PathState> exits, IReadOnlyList<HandedObject> handed, string result)
    {
        state = Merge(state, exit);
        List<(string From, string To)> names = [.. handed.Select(one => (one.Inside, one.Object)).Where(one => !exit.Values.Any(known => known.Key == one.Inside))];
        Value? returned = BodyAnalysis.ValueOf(exit);
        if (returned is not null)
        {
            names.Add((returned.Text, result));
        }

        bool isHidden = exit.Facts.Any(fact => !IsQuestion(fact.Key) && Named(fact.Key, names) is null);
        foreach (ProtocolTable table in Protocols.All.Where(table => table.IsHandedOn))
        {
            foreach (HandedObject one in handed)
            {
                string? left = StateIn(exit, table, one.Inside);
                state = state.WithProtocol(new ProtocolKey(table.Name, one.Object), isHidden && exits.Any(other => StateIn(other, table, one.Inside) != left) ? null : left);
            }

            if (returned is not null && StateIn(exit, table, returned.Text) is { } given)
            {
                state = state.WithProtocol(new ProtocolKey(table.Name, result), given);
            }
        }

        return Told(state, exit, names);
    }

    // What is known on one side of a call is known on the other, by the names there. A question that was asked is asked anew.
    private static PathState? Told(PathState state, PathState from, IReadOnlyList<(string From, string To)> names)
    {
        PathState? told = state;
        foreach (KeyValuePair<string, bool> fact in from.Facts)
        {
            if (!IsQuestion(fact.Key) && Named(fact.Key, names) is { } there)
            {
                told = told?.Assume(Value.OfTerm(there), fact.Value);
            }
        }

        return told;
    }

    private static bool IsQuestion(string fact) => fact.StartsWith("asked ", StringComparison.Ordinal);

    // A term by the names on the other side; null when it names what only this side has.
    private static string? Named(string term, IReadOnlyList<(string From, string To)> names)
    {
        for (int i = 0; i < names.Count; i++)
        {
            term = term.Replace(names[i].From, $"\u0001{i}\u0002");
        }

        if (term.Contains("‹") || term.Contains("⟦") || term.Contains("this"))
        {
            return null;
        }

        for (int i = 0; i < names.Count; i++)
        {
            term = term.Replace($"\u0001{i}\u0002", names[i].To);
        }

        return term;
    }

    private static string? StateIn(PathState exit, ProtocolTable table, string subject) => exit.Protocols.TryGetValue(new ProtocolKey(table.Name, subject), out string? known) ? known : null;

    private static bool IsFollowed(ProtocolTable table) => table.AssumedAtRoots is not null || table.IsHandedOn;

    /// <summary>The state with the states of these protocols taken from another.</summary>
    public static PathState Merge(PathState state, PathState from)
    {
        foreach (ProtocolTable table in Protocols.All)
        {
            if (table.AssumedAtRoots is not null)
            {
                var key = new ProtocolKey(table.Name, "");
                state = state.WithProtocol(key, from.Protocols.TryGetValue(key, out string? known) ? known : null);
            }
        }

        return state;
    }

    /// <summary>True for a body in which such a protocol runs.</summary>
    public static bool ContainsSteps(Scope scope, Body body) =>
        scope.SummaryOf(body).Protocols.Any(name => Protocols.Find(name) is { } table && IsFollowed(table));

    private IReadOnlyList<PathState> Analyse(Scope scope, Body body, PathState entry)
    {
        if (!_known.TryGetValue((body, entry), out IReadOnlyList<PathState>? exits))
        {
            ImmutableArray<Body> outer = _path;
            _path = _path.Add(body);
            BodyResult result = BodyAnalysis.Run(scope, body, entry, this);
            _results.Add(result);
            exits = result.Exits;
            _path = outer;
            _known[(body, entry)] = exits;
        }

        return exits;
    }
}

/// <summary>An argument, or the object that a body is called on.</summary>
/// <param name="Inside">What the callee calls it.</param>
/// <param name="Object">What the caller calls it.</param>
internal sealed record HandedObject(string Inside, string Object);
