using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.Analyzers.Judging;

/// <summary>An operation on a line that does not fit what another body did with it.</summary>
/// <param name="Call">The operation.</param>
/// <param name="Step">Its event.</param>
/// <param name="Other">The call on the other side.</param>
/// <param name="OtherEvent">Its event.</param>
/// <param name="Law">The law broken.</param>
/// <param name="Condition">The condition both sides share, as its author would write it; null when there is none.</param>
/// <param name="Problem">The table's words, where the order is wrong.</param>
internal sealed record LineConflict(CallEvent Call, ProtocolStep Step, CallEvent Other, ProtocolEvent OtherEvent, string Law, string? Condition, string? Problem = null);

/// <summary>
/// Compares what the bodies of a scope do with one object of a protocol: the one that requests it leaves it in certain states under certain
/// conditions, and each of the others must fit every state whose conditions agree with its own.
/// </summary>
internal sealed class LineFlavours
{
    private readonly Scope _scope;
    private readonly List<Use> _uses = [];
    private readonly List<Left> _left = [];
    private readonly List<LineConflict> _conflicts = [];
    private readonly Dictionary<ProtocolKey, (int Missing, List<LineConflict> Conflicts)> _outOfOrder = [];

    /// <summary>Compares the bodies of a scope.</summary>
    public LineFlavours(Scope scope)
    {
        _scope = scope;
        Collect();
        foreach (IGrouping<(Body, ProtocolKey), Use> uses in _uses.Where(use => !use.Begins && use.Step.State is null).GroupBy(use => (use.Call.Body, use.Key)))
        {
            Compare([.. uses]);
        }

        _conflicts.AddRange(_outOfOrder.Values.SelectMany(one => one.Conflicts));
    }

    /// <summary>The conflicts, at most one of a kind for each body and object.</summary>
    public IReadOnlyList<LineConflict> Conflicts => _conflicts;

    private void Collect()
    {
        foreach (Body body in _scope.Bodies)
        {
            BodyResult result = _scope.ResultOf(body);
            foreach (CallEvent call in result.Calls)
            {
                foreach (ProtocolStep step in call.Steps)
                {
                    if (step.Event.Flavour is not null && step.Key.IsAnchored())
                    {
                        _uses.Add(new Use(call, step));
                    }
                }
            }

            foreach (Outcome outcome in result.Outcomes)
            {
                ProtocolKey key = outcome.Key.Generalise();
                if (outcome.Key.IsAnchored() && _uses.FirstOrDefault(use => use.Call.Body == body && use.Begins && use.Key == key) is { } request)
                {
                    _left.Add(new Left(key, outcome.State, FactsOf(outcome.Path, outcome.Key), request, body));
                }
            }
        }
    }

    private void Compare(IReadOnlyList<Use> uses)
    {
        ProtocolKey key = uses[0].Key;
        List<Left> left = [.. _left.Where(one => one.Key == key)];
        LineConflict? conflict = left.Count > 0 ? WithRequest(uses, left, LawIds.FlavourAfterRefusal) ?? WithRequest(uses, left, LawIds.LineFlavour) : WithoutRequest(uses, key);
        if (conflict is not null)
        {
            _conflicts.Add(conflict);
        }

        if (left.Count > 0)
        {
            OutOfOrder(uses, key, left);
        }
    }

    private LineConflict? WithRequest(IReadOnlyList<Use> uses, IReadOnlyList<Left> left, string law)
    {
        foreach (Use use in uses)
        {
            foreach (Left one in left)
            {
                if (use.Step.Table[one.State, use.Step.Event.Name].Law == law && Agree(use, one) is { } shared && !MayBeAskedFor(use, left)
                    && (law != LawIds.FlavourAfterRefusal || shared.Count > 0 || (IsUnconditional(use) && IsForgotten(one))))
                {
                    string? condition = shared.Count == 0 ? null : AsWritten(use, shared[0]);
                    Use request = OtherFlavour(one, use);
                    return new LineConflict(use.Call, use.Step, request.Call, request.Step.Event, law, condition);
                }
            }
        }

        return null;
    }

    // Where the line has one flavour on some paths and the other on others, a condition that cannot be compared may be the question which.
    private bool MayBeAskedFor(Use use, IReadOnlyList<Left> left) =>
        left.Any(one => FlavourOf(use.Step.Table, one.State) == use.Step.Event.Flavour && Agree(use, one) is not null)
        && UnknownConditions.On(_scope.ResultOf(use.Call.Body), use.Call).Any(condition => !IsKnown(condition, use));

    // Known is what facts can say: members, calls that are terms, the variables that name the line, and how an operation on it went.
    private bool IsKnown(SyntaxNode condition, Use use)
    {
        IReadOnlyDictionary<SyntaxNode, ISymbol> names = use.Call.Body.Facts(_scope.Contracts).Names;
        List<CallEvent> steps = [.. _uses.Where(one => one.Call.Body == use.Call.Body && one.Key == use.Key).Select(one => one.Call)];
        return condition.DescendantNodesAndSelf().All(node => (names.TryGetValue(node, out ISymbol? named) ? named : null) switch
        {
            IMethodSymbol method when node is InvocationExpressionSyntax => steps.Exists(step => step.Operation.Syntax == node) || use.Facts.Keys.Any(fact => fact.Contains(method.Name + "(")),
            ILocalSymbol or IParameterSymbol => use.Step.Key.Object.Contains($"‹{node}›") || steps.Exists(step => step.Operation.Syntax.SpanStart < node.SpanStart && Receives(step.Operation.Syntax, node)),
            _ => true,
        });
    }

    // The variable is declared or assigned by the call.
    private static bool Receives(SyntaxNode call, SyntaxNode variable) => call.Parent switch
    {
        EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax declared } => declared.Identifier.ValueText == variable.ToString(),
        AssignmentExpressionSyntax assigned => assigned.Left.ToString() == variable.ToString(),
        _ => false,
    };

    // The request to name is the one whose flavour differs, or for a refused one, the one that was refused.
    private Use OtherFlavour(Left left, Use use) =>
        _uses.FirstOrDefault(one => one.Begins && one.Key == left.Key && one.Call.Body == left.Body && one.Step.Event.Flavour != use.Step.Event.Flavour && left.State.StartsWith(one.Step.Event.Name.Substring(one.Step.Event.Name.LastIndexOf('-') + 1), StringComparison.Ordinal))
        ?? left.Request;

    // What the request returned was recorded nowhere, so that nothing tells whoever operates on the line: one mistake, told where the line is used first.
    private bool IsForgotten(Left left) =>
        !_conflicts.Exists(known => known.Law == LawIds.FlavourAfterRefusal && known.Step.Key.Generalise() == left.Key)
        && _uses.Where(use => use.Begins && use.Key == left.Key && use.Call.Body == left.Body).All(use => use.Call.IsResultDiscarded);

    private bool IsUnconditional(Use use) => use.Facts.Count == 0 && !UnknownConditions.DecideAbout(_scope.ResultOf(use.Call.Body), use.Call);

    private LineConflict? WithoutRequest(IReadOnlyList<Use> uses, ProtocolKey key)
    {
        foreach (Use use in uses)
        {
            foreach (Use other in _uses)
            {
                if (other.Key == key && !other.Begins && other.Call.Body != use.Call.Body && other.Step.State is null && other.IsBefore(use)
                    && other.Step.Event.Flavour != use.Step.Event.Flavour && Shared(use.Facts, other.Facts) is { } shared)
                {
                    return new LineConflict(use.Call, use.Step, other.Call, other.Step.Event, LawIds.LineFlavour, shared.Count == 0 ? null : AsWritten(use, shared[0]));
                }
            }
        }

        return null;
    }

    /// <summary>
    /// Notes the first operation that no sequence of the operations which the scope contains makes legal: enabling what nobody prepares. Of several on one object, what lacks fewest
    /// steps is the mistake; what lacks more (disabling what was enabled without being prepared) is its consequence.
    /// </summary>
    private void OutOfOrder(IReadOnlyList<Use> uses, ProtocolKey key, IReadOnlyList<Left> left)
    {
        ProtocolTable table = uses[0].Step.Table;
        if (!IsPrivate(uses[0]))
        {
            return;
        }

        HashSet<string> events = [.. _uses.Where(use => use.Key == key).Select(use => use.Step.Event.Name)];
        List<string> states = [.. left.Select(one => one.State).Distinct()];
        for (int i = 0; i < states.Count; i++)
        {
            foreach (string name in events)
            {
                ProtocolRow row = table[states[i], name];
                foreach (string? next in row.Law is null ? new[] { row.Next, row.OnFailure } : [])
                {
                    if (next is not null && !states.Contains(next))
                    {
                        states.Add(next);
                    }
                }
            }
        }

        foreach (Use use in uses)
        {
            List<ProtocolRow> rows = [.. states.Select(state => table[state, use.Step.Event.Name])];
            if (rows.TrueForAll(row => row.Law is not null)
                && rows.Find(row => row.Law == LawIds.LineProtocol && row.State != table.Initial && FlavourOf(table, row.State) == use.Step.Event.Flavour) is { } wrong)
            {
                int missing = MissingSteps(table, states, use.Step.Event.Name);
                if (!_outOfOrder.TryGetValue(key, out (int Missing, List<LineConflict> Conflicts) known) || missing < known.Missing)
                {
                    _outOfOrder[key] = known = (missing, []);
                }

                if (missing == known.Missing)
                {
                    known.Conflicts.Add(new LineConflict(use.Call, use.Step, left[0].Request.Call, left[0].Request.Step.Event, LawIds.LineProtocol, null, wrong.Problem));
                }

                return;
            }
        }
    }

    // How many legal steps lead from where the object may be to where the event is legal.
    private static int MissingSteps(ProtocolTable table, IReadOnlyList<string> from, string name)
    {
        List<string> reached = [.. from];
        for (int begin = 0, steps = 0; begin < reached.Count; steps++)
        {
            int end = reached.Count;
            for (int i = begin; i < end; i++)
            {
                if (table[reached[i], name].Law is null)
                {
                    return steps;
                }

                foreach (ProtocolEvent one in table.Events)
                {
                    ProtocolRow row = table[reached[i], one.Name];
                    if (row is { Law: null, Next: { } next } && !reached.Contains(next))
                    {
                        reached.Add(next);
                    }
                }
            }

            begin = end;
        }

        return int.MaxValue;
    }


    // A state has the flavour of the events that are legal in it.
    private static string? FlavourOf(ProtocolTable table, string state) =>
        table.Events.FirstOrDefault(one => !table.Begins(one.Name) && table[state, one.Name].Law is null)?.Flavour;

    // Only of a private member is it known that nobody else operates on what it names.
    private bool IsPrivate(Use use)
    {
        string name = new([.. Value.Display(use.Key.Object).SkipWhile(c => !char.IsLetter(c) && c != '_').TakeWhile(c => char.IsLetterOrDigit(c) || c is '_' or '.')]);
        string member = name.Substring(name.LastIndexOf('.') + 1);
        for (INamedTypeSymbol? type = use.Call.Body.Owner.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.GetMembers(member).FirstOrDefault() is { } symbol)
            {
                return symbol.DeclaredAccessibility == Accessibility.Private;
            }
        }

        return false;
    }

    private IReadOnlyList<string>? Agree(Use use, Left left)
    {
        var facts = new SortedDictionary<string, bool>(left.Facts.ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal);
        foreach (string term in use.Facts.Keys)
        {
            // A member that only the requesting body writes, and did not write on this path, is still what it was: false.
            if (!facts.ContainsKey(term) && MemberOf(term, left.Body) is { } member && WrittenOnlyBy(left.Body, member))
            {
                facts[term] = false;
            }
        }

        return Shared(use.Facts, facts);
    }

    /// <summary>False for steps that conditions keep apart: what is known on the way to one contradicts what is known on the way to the other.</summary>
    public static bool MayMeet(ProtocolStep one, ProtocolStep other) => Shared(FactsOf(one.Path, one.Key), FactsOf(other.Path, other.Key)) is not null;

    /// <summary>The conditions both have; null when they contradict each other.</summary>
    private static IReadOnlyList<string>? Shared(IReadOnlyDictionary<string, bool> one, IReadOnlyDictionary<string, bool> other)
    {
        var shared = new List<string>();
        foreach (KeyValuePair<string, bool> fact in one)
        {
            if (other.TryGetValue(fact.Key, out bool truth))
            {
                if (truth != fact.Value)
                {
                    return null;
                }

                shared.Add(fact.Key);
            }
        }

        return shared;
    }

    // The condition with the variable it has at the use, not generalised over it.
    private static string AsWritten(Use use, string condition) =>
        Value.Display(use.Step.Path.Facts.Keys.FirstOrDefault(fact => Value.Generalise(fact) == condition) ?? condition);

    private ISymbol? MemberOf(string term, Body body) =>
        _scope.ResultOf(body).Summary.Writes.FirstOrDefault(member => term.EndsWith("." + member.Name, StringComparison.Ordinal) || term.Contains("." + member.Name + "["));

    private bool WrittenOnlyBy(Body body, ISymbol member) =>
        _scope.Bodies.All(other => other == body || IsElements(other, member) || !_scope.ResultOf(other).Summary.Writes.Contains(member) || Calls(other, body));

    // An initialiser of an array makes elements that are false.
    private static bool IsElements(Body body, ISymbol member) =>
        SymbolEqualityComparer.Default.Equals(body.Owner, member) && member is IFieldSymbol { Type.TypeKind: TypeKind.Array };

    private bool Calls(Body caller, Body callee) => _scope.ResultOf(caller).Calls.Any(call => _scope.Find(call.Target) == callee);

    /// <summary>The conditions that hold on a path and are about the object or about nothing that varies.</summary>
    private static IReadOnlyDictionary<string, bool> FactsOf(PathState path, ProtocolKey key)
    {
        var facts = new SortedDictionary<string, bool>(StringComparer.Ordinal);
        foreach (KeyValuePair<string, bool> fact in path.Facts)
        {
            Add(fact.Key, fact.Value);
        }

        foreach (KeyValuePair<string, Value> value in path.Values)
        {
            if (!value.Key.StartsWith("‹", StringComparison.Ordinal) && path.TruthOf(value.Value) is { } truth)
            {
                Add(value.Key, truth);
            }
        }

        return facts;

        void Add(string term, bool truth)
        {
            string general = Value.Generalise(term);
            if (!term.Contains("⟦") && VariablesOf(term).All(key.Object.Contains) && !(general.Contains("< ") || general.Contains("> ")))
            {
                facts[general] = truth;
            }
        }
    }

    private static IEnumerable<string> VariablesOf(string term)
    {
        for (int open = term.IndexOf('‹'); open >= 0; open = term.IndexOf('‹', open + 1))
        {
            yield return term.Substring(open, term.IndexOf('›', open) - open + 1);
        }
    }

    /// <summary>An operation on an object.</summary>
    private sealed class Use(CallEvent call, ProtocolStep step)
    {
        public CallEvent Call { get; } = call;

        public ProtocolStep Step { get; } = step;

        public ProtocolKey Key { get; } = step.Key.Generalise();

        public bool Begins { get; } = step.Table.Begins(step.Event.Name);

        public IReadOnlyDictionary<string, bool> Facts { get; } = FactsOf(step.Path, step.Key);

        public bool IsBefore(Use other) =>
            (StringComparer.Ordinal.Compare(Call.Operation.Syntax.SyntaxTree.FilePath, other.Call.Operation.Syntax.SyntaxTree.FilePath), Call.Operation.Syntax.SpanStart) is var (file, position)
            && (file < 0 || (file == 0 && position < other.Call.Operation.Syntax.SpanStart));
    }

    /// <summary>A state in which a requesting body left an object.</summary>
    private sealed record Left(ProtocolKey Key, string State, IReadOnlyDictionary<string, bool> Facts, Use Request, Body Body);
}
