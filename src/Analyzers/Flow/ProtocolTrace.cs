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
/// Follows protocols that run within one call, such as stopping the CPUs, from the methods where they begin through the helpers they call.
/// </summary>
internal sealed class ProtocolTrace
{
    // A protocol of one call is not spread over more helpers than this.
    private const int DeepestChain = 8;
    private readonly Dictionary<(Body, PathState), IReadOnlyList<PathState>> _known = [];
    private readonly Dictionary<SyntaxNode, TracedStep> _broken = [];
    private ImmutableArray<Body> _path = [];

    /// <summary>The steps that break a protocol, in the order in which they were found.</summary>
    public IReadOnlyCollection<TracedStep> Broken => _broken.Values;

    /// <summary>Follows every protocol of this kind from where it begins.</summary>
    public static IReadOnlyCollection<TracedStep> Run(Scope scope)
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

        return trace.Broken;
    }

    /// <summary>A step is taken.</summary>
    public void Step(CallEvent? call, ProtocolStep step)
    {
        if (call is not null && step.Table.AssumedAtRoots is not null && step.Row?.Law is not null && !_broken.ContainsKey(call.Operation.Syntax))
        {
            _broken[call.Operation.Syntax] = new TracedStep(call, step, _path);
        }
    }

    /// <summary>The states in which a called body returns; null when it has no part in such a protocol.</summary>
    public IReadOnlyList<PathState>? Follow(Scope scope, Body callee, PathState state, IReadOnlyDictionary<string, Value> constants)
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

        return Analyse(scope, callee, entry);
    }

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

    private static bool ContainsSteps(Scope scope, Body body) =>
        scope.SummaryOf(body).Protocols.Any(name => Protocols.Find(name)?.AssumedAtRoots is not null);

    private IReadOnlyList<PathState> Analyse(Scope scope, Body body, PathState entry)
    {
        if (!_known.TryGetValue((body, entry), out IReadOnlyList<PathState>? exits))
        {
            ImmutableArray<Body> outer = _path;
            _path = _path.Add(body);
            exits = BodyAnalysis.Run(scope, body, entry, this).Exits;
            _path = outer;
            _known[(body, entry)] = exits;
        }

        return exits;
    }
}
