using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>
/// The one analysis of a body: a worklist over its control-flow graph with a bounded set of states at each block, then one pass over the
/// result that records events. Code in <c>finally</c> is interpreted anew for each branch that leaves through it.
/// </summary>
/// <remarks>
/// An exception is a BUG() that ends the machine, so only code in <c>catch</c> sees states of its <c>try</c>, and nothing leaves through a throw.
/// </remarks>
internal sealed class BodyAnalysis
{
    // Blocks are visited again only when their states changed; the factor is far above what code of any shape needs.
    private const int VisitsPerBlock = 64;

    // The term for what the body returns, kept for guards only.
    private const string ReturnTerm = "return";
    private readonly Body _body;
    private readonly ControlFlowGraph _graph;
    private readonly Dictionary<int, StateSet> _entries = [];
    private readonly Dictionary<int, StateSet> _finally = [];
    private readonly EventLog _log;
    private readonly PathState _entry;
    private readonly Transfer _transfer;

    private BodyAnalysis(Scope scope, Body body, PathState entry, ProtocolTrace? trace, IReadOnlyCollection<ISymbol> watched)
    {
        _entry = entry;
        _body = body;
        _graph = body.Graph!;
        _log = new EventLog(body);
        foreach (LockReference held in body.Method is { } method ? LockPath.HeldAtEntry(scope.Contracts, method) : [])
        {
            _log.Naming(held);
        }

        _transfer = new Transfer(scope, body, _log, trace, watched);
    }

    /// <summary>Analyses a body.</summary>
    /// <param name="scope">The bodies that are known.</param>
    /// <param name="body">The body.</param>
    /// <param name="entry">What holds at its entry.</param>
    /// <param name="trace">Follows calls through the scope for protocols that run within one call; null when not wanted.</param>
    /// <param name="watched">Fields without a contract whose accesses are wanted all the same.</param>
    public static BodyResult Run(Scope scope, Body body, PathState entry, ProtocolTrace? trace = null, IReadOnlyCollection<ISymbol>? watched = null)
    {
        var analysis = new BodyAnalysis(scope, body, entry, trace, watched ?? []);
        bool ended = analysis.Solve();
        analysis.Record();
        return analysis.Result() with { CutShort = ended ? null : "its states did not settle" };
    }

    private bool Solve()
    {
        SetOf(_entries, 0).Add([_entry]);
        var work = new SortedSet<int> { 0 };
        int visits = VisitsPerBlock * _graph.Blocks.Length;
        while (work.Count > 0 && visits-- > 0)
        {
            int ordinal = work.Min;
            work.Remove(ordinal);
            foreach ((BasicBlock target, List<PathState> states) in Execute(_graph.Blocks[ordinal], SetOf(_entries, ordinal).States))
            {
                if (SetOf(_entries, target.Ordinal).Add(states))
                {
                    work.Add(target.Ordinal);
                }
            }
        }

        return work.Count == 0;
    }

    private void Record()
    {
        _log.IsRecording = true;
        foreach (BasicBlock block in _graph.Blocks)
        {
            foreach (Dictionary<int, StateSet> sets in new[] { _entries, _finally })
            {
                if (sets.TryGetValue(block.Ordinal, out StateSet? set))
                {
                    ExecuteOperations(block, set.States);
                }
            }
        }

        foreach (PathState exit in Exits())
        {
            _log.Outcomes(exit, static _ => true);
        }
    }

    private IReadOnlyList<PathState> Exits() =>
        _entries.TryGetValue(_graph.Blocks.Length - 1, out StateSet? exit) ? exit.States : [];

    private BodyResult Result()
    {
        IReadOnlyList<PathState> exits = Exits();
        MaskState mask = exits.Count == 0 ? default : exits.Select(state => state.Mask).Aggregate((left, right) => left.Join(right));
        PathState? joined = exits.Count == 0 ? null : exits.Aggregate((left, right) => left.Join(right));
        PathMap<string, int> held = joined is null ? PathMap<string, int>.Empty : EffectOn(joined);
        var summary = new BodySummary
        {
            Mask = mask,
            Held = held.RemoveAll(one => one.Key.IndexOf('‹') >= 0 || one.Key.IndexOf('⟦') >= 0),
            Acquired = joined?.Acquired ?? PathState.Entry.Acquired,
            Returned = ReturnedBy(exits),
            LockKinds = _log.LockKinds,
            Locks = _log.Locks,
            Writes = _log.Writes,
            Protocols = _log.Protocols,
            IsPredicate = _body.Method is { ReturnsVoid: false } && _log.Writes.IsEmpty && _log.Protocols.IsEmpty && !_log.HasEffects && !_log.ReadsResults,
            Returns = exits.Count > 0,
        };
        return new BodyResult(_body, _log.Calls, _log.Data, _transfer.Reads, _log.Registrations, _log.AllOutcomes, exits, summary);
    }

    /// <summary>The guard a path returns; null when it returns none.</summary>
    public static Token? ReturnedBy(PathState exit) =>
        exit.Values.TryGetValue(ReturnTerm, out Value? value) && exit.Tokens.TryGetValue(value.Text, out Token? token) && token is { IsGuard: true, HasEnded: false } ? token : null;

    private static Token? ReturnedBy(IReadOnlyList<PathState> exits)
    {
        List<Token?> returned = [.. exits.Select(ReturnedBy).Distinct()];
        return returned.Count == 1 ? returned[0] : null;
    }

    /// <summary>What the body did to locks, beside what it was entered with.</summary>
    private PathMap<string, int> EffectOn(PathState exit)
    {
        PathMap<string, int> effect = exit.Held;
        foreach (KeyValuePair<string, int> one in exit.Held)
        {
            int before = _entry.Held.TryGetValue(one.Key, out int count) ? count : 0;
            int change = one.Value == PathState.UnknownCount ? one.Value : one.Value - before;
            effect = change == 0 ? effect.Remove(one.Key) : effect.SetItem(one.Key, change);
        }

        return effect;
    }

    /// <summary>Executes a block in each state and gives the states for each block it leads to.</summary>
    private IEnumerable<(BasicBlock Target, List<PathState> States)> Execute(BasicBlock block, IReadOnlyList<PathState> entry)
    {
        if (!block.IsReachable)
        {
            yield break;
        }

        foreach (BasicBlock handler in Handlers(block.EnclosingRegion))
        {
            yield return (handler, [.. entry]);
        }

        List<(PathState State, Value? Branch)> after = ExecuteOperations(block, entry);
        foreach ((ControlFlowBranch? branch, bool? truth) in Successors(block))
        {
            List<PathState> states = [];
            foreach ((PathState state, Value? value) in after)
            {
                PathState? next = truth is null || value is null ? state : state.Assume(value, truth.Value);
                if (branch is { Semantics: ControlFlowBranchSemantics.Return } && value is not null && next is not null && next.Tokens.ContainsKey(value.Text))
                {
                    next = next.WithValue(ReturnTerm, value);
                }

                if (next is not null && truth is not null && _log.TouchesGuarded)
                {
                    next = _transfer.Decide(next, block.BranchValue!, truth.Value);
                }

                if (next is not null && !states.Contains(next))
                {
                    states.Add(next);
                }
            }

            if (branch is null || states.Count == 0)
            {
                continue;
            }

            foreach (ControlFlowRegion region in branch.FinallyRegions)
            {
                states = RunFinally(region, states);
            }

            if (branch.Destination is { } target && branch.Semantics is ControlFlowBranchSemantics.Regular or ControlFlowBranchSemantics.Return && states.Count > 0)
            {
                yield return (target, [.. states.Select(state => _transfer.Leave(state, branch.LeavingRegions, goesBack: target.Ordinal <= block.Ordinal)).Distinct()]);
            }
        }
    }

    private static IEnumerable<(ControlFlowBranch? Branch, bool? Truth)> Successors(BasicBlock block)
    {
        if (block.ConditionKind == ControlFlowConditionKind.None)
        {
            yield return (block.FallThroughSuccessor, null);
            yield break;
        }

        bool jumpsWhen = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        yield return (block.ConditionalSuccessor, jumpsWhen);
        yield return (block.FallThroughSuccessor, !jumpsWhen);
    }

    private List<PathState> RunFinally(ControlFlowRegion region, List<PathState> entry)
    {
        var local = new Dictionary<int, StateSet>();
        var leaving = new StateSet();
        SetOf(local, region.FirstBlockOrdinal).Add(entry);
        var work = new SortedSet<int> { region.FirstBlockOrdinal };
        int visits = VisitsPerBlock * (region.LastBlockOrdinal - region.FirstBlockOrdinal + 1);
        while (work.Count > 0 && visits-- > 0)
        {
            int ordinal = work.Min;
            work.Remove(ordinal);
            BasicBlock block = _graph.Blocks[ordinal];
            IReadOnlyList<PathState> states = SetOf(local, ordinal).States;
            SetOf(_finally, ordinal).Add(states);
            if (block.FallThroughSuccessor is { Semantics: ControlFlowBranchSemantics.StructuredExceptionHandling })
            {
                leaving.Add(ExecuteOperations(block, states).Select(pair => pair.State));
            }

            foreach ((BasicBlock target, List<PathState> next) in Execute(block, states))
            {
                if (target.Ordinal >= region.FirstBlockOrdinal && target.Ordinal <= region.LastBlockOrdinal && SetOf(local, target.Ordinal).Add(next))
                {
                    work.Add(target.Ordinal);
                }
            }
        }

        return [.. leaving.States];
    }

    private List<(PathState State, Value? Branch)> ExecuteOperations(BasicBlock block, IReadOnlyList<PathState> entry)
    {
        List<PathState> states = [.. entry];
        foreach (IOperation operation in block.Operations)
        {
            List<PathState> next = [];
            foreach (PathState state in states)
            {
                foreach ((PathState after, _) in _transfer.Execute(operation, state))
                {
                    if (!next.Contains(after))
                    {
                        next.Add(after);
                    }
                }
            }

            // One block of straight code may split more often than a set holds.
            states = Bounded(next);
        }

        return block.BranchValue is { } branch
            ? [.. states.SelectMany(state => _transfer.Execute(branch, state))]
            : [.. states.Select(state => (state, (Value?)null))];
    }

    private static List<PathState> Bounded(List<PathState> states)
    {
        if (states.Count <= StateSet.Limit)
        {
            return states;
        }

        var set = new StateSet();
        set.Add(states);
        return [.. set.States];
    }

    private IEnumerable<BasicBlock> Handlers(ControlFlowRegion? region)
    {
        for (; region is not null; region = region.EnclosingRegion)
        {
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion: { Kind: ControlFlowRegionKind.TryAndCatch } whole })
            {
                foreach (ControlFlowRegion handler in whole.NestedRegions)
                {
                    if (handler.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler)
                    {
                        yield return _graph.Blocks[handler.FirstBlockOrdinal];
                    }
                }
            }
        }
    }

    private static StateSet SetOf(Dictionary<int, StateSet> sets, int ordinal)
    {
        if (!sets.TryGetValue(ordinal, out StateSet? set))
        {
            sets[ordinal] = set = new StateSet();
        }

        return set;
    }
}
