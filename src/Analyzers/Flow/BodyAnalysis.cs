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
/// An exception is a BUG() that ends the machine, unless a <c>throw</c>, or a callee that may throw, says where it comes from: then it leads to
/// the innermost handler, through each <c>finally</c>, or out of the body. A <c>catch</c> that nothing known leads to still expects something: it
/// is entered with what holds throughout its <c>try</c>.
/// </remarks>
internal sealed class BodyAnalysis
{
    // Blocks are visited again only when their states changed; the factor is far above what code of any shape needs.
    private const int VisitsPerBlock = 64;

    // The term for what the body returns, kept for guards and saved masks only.
    private const string ReturnTerm = "return";
    // Conditions that are asked again are found while solving; then one begins anew and keeps them.
    private const int MostRestarts = 3;
    private readonly Body _body;
    private readonly ImmutableArray<BasicBlock> _blocks;
    private readonly Dictionary<int, StateSet> _finally = [];
    private readonly Dictionary<string, int> _asked = [];
    private readonly HashSet<string> _askedAgain = [];
    private readonly EventLog _log;
    private readonly PathState _entry;
    private readonly Transfer _transfer;
    private readonly Exceptional _exceptional = new();
    private Reached _reached;
    private StateSet _thrown = new();
    private List<PathState> _now = [];
    private List<PathState> _next = [];
    private readonly List<string> _flags = [];
    private readonly bool _isTraced;
    private bool _keepsConditions;
    private bool _isIncomplete;

    // Where each block is executed once, with all the states that reach it, the events are those of a pass over the result.
    private bool _recordsAtOnce;

    private BodyAnalysis(Scope scope, Body body, PathState entry, ProtocolTrace? trace)
    {
        _entry = entry;
        _body = body;
        _blocks = body.Blocks!.Value;
        _reached = new Reached(_blocks.Length);
        _log = new EventLog(body, scope.UnknownCalls(body));

        // What is done with a line is compared with what other bodies do under the same conditions.
        _isTraced = trace is not null;
        _keepsConditions = _isTraced || HasProtocols(scope, body);
        if (body.Method is { } method)
        {
            foreach (LockReference held in LockPath.HeldAtEntry(scope.Contracts, method))
            {
                _log.Naming(held);
            }

            foreach (IParameterSymbol parameter in method.Parameters)
            {
                if (parameter.Type.SpecialType == SpecialType.System_Boolean)
                {
                    _flags.Add(Value.OfVariable(parameter.Name).Text);
                }
            }
        }

        _transfer = new Transfer(scope, body, _blocks, _log, trace);
        _transfer.EnterWith(entry);
    }

    private static bool HasProtocols(Scope scope, Body body)
    {
        foreach ((_, IMethodSymbol target) in body.Facts(scope.Contracts).Calls)
        {
            if (scope.Contracts.Contracts.Of(target).Transitions.Count > 0 || (scope.Called(target) is { } callee && callee != body && !scope.SummaryOf(callee).Protocols.IsEmpty))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Analyses a body.</summary>
    /// <param name="scope">The bodies that are known.</param>
    /// <param name="body">The body.</param>
    /// <param name="entry">What holds at its entry.</param>
    /// <param name="trace">Follows calls through the scope for protocols that run within one call; null when not wanted.</param>
    public static BodyResult Run(Scope scope, Body body, PathState entry, ProtocolTrace? trace = null)
    {
        var analysis = new BodyAnalysis(scope, body, entry, trace);
        bool ended = analysis.Solve();
        if (!analysis._recordsAtOnce)
        {
            analysis.Record();
        }

        analysis.RecordExits();
        return analysis.Result() with { CutShort = ended ? null : "its states did not settle" };
    }

    private bool Solve()
    {
        for (int run = 0; ; run++)
        {
            _keepsConditions |= run == MostRestarts;
            _reached = new Reached(_blocks.Length);
            _thrown = new StateSet();
            _finally.Clear();
            _isIncomplete = false;
            _log.Clear();
            _recordsAtOnce = !_isTraced;
            bool ended = Follow(_reached, 0, _blocks.Length - 1, [_entry], leaving: null);
            if (!_isIncomplete)
            {
                return ended;
            }
        }
    }

    /// <summary>Follows the paths through a range of blocks until nothing new is found; false when that was cut short.</summary>
    private bool Follow(Reached reached, int first, int last, IReadOnlyList<PathState> entry, StateSet? leaving)
    {
        reached.Add(new Edge(first, entry));
        var work = new bool[last - first + 1];
        work[0] = true;
        int open = 1;
        var visited = new bool[last - first + 1];
        int visits = VisitsPerBlock * (last - first + 1);
        int ordinal = first;
        while (open > 0 && visits-- > 0)
        {
            // The first that is open; what an edge leads back to comes before the one just left.
            while (!work[ordinal - first])
            {
                ordinal++;
            }

            work[ordinal - first] = false;
            open--;
            int next = ordinal;
            IReadOnlyList<PathState> states = reached.At(ordinal);
            _recordsAtOnce &= !visited[ordinal - first] && !_isIncomplete;
            visited[ordinal - first] = true;
            if (leaving is not null)
            {
                StateSet before = SetOf(_finally, ordinal);
                _recordsAtOnce &= before.States.Count + states.Count <= StateSet.Limit && !before.States.Any(states.Contains);
                before.Add(states);
            }

            foreach (Edge edge in Execute(_blocks[ordinal], states))
            {
                if (edge.Target == Edge.EndOfFinally)
                {
                    leaving?.Add(edge.States);
                }
                else if (edge.Target >= first && edge.Target <= last && reached.Add(edge) && !work[edge.Target - first])
                {
                    work[edge.Target - first] = true;
                    open++;
                    next = System.Math.Min(next, edge.Target);
                }
            }

            ordinal = next;
        }

        return open == 0;
    }

    private void Record()
    {
        _log.Clear();
        _log.IsRecording = true;
        foreach (BasicBlock block in _blocks)
        {
            if (_reached.At(block.Ordinal) is { Count: > 0 } states)
            {
                ExecuteOperations(block, states, null);
            }

            if (_finally.TryGetValue(block.Ordinal, out StateSet? set))
            {
                ExecuteOperations(block, set.States, null);
            }
        }
    }

    private void RecordExits()
    {
        _log.IsRecording = true;
        foreach (PathState exit in _reached.At(_blocks.Length - 1))
        {
            _log.Outcomes(exit, static _ => true);
        }
    }

    private BodyResult Result()
    {
        IReadOnlyList<PathState> all = _reached.At(_blocks.Length - 1);
        List<PathState> exits = [.. all.Where(exit => !exit.IsMay)];
        PathState? joined = Joined(exits.Count > 0 ? exits : all);
        PathState? thrown = Joined([.. _thrown.States.Where(state => !state.IsMay)]);
        var summary = new BodySummary
        {
            Mask = joined?.Mask ?? default,
            Held = EffectOf(exits.Count > 0 ? exits : all),
            Acquired = joined?.Acquired ?? PathState.Entry.Acquired,
            Orders = joined?.Orders ?? PathState.Entry.Orders,
            Returned = ReturnedBy(exits),
            Read = ReadBy(exits),
            GivesUp = joined is null || joined.GivenUp.IsEmpty ? [] : [.. joined.GivenUp.Keys],
            ReturnedMask = MaskReturnedBy(exits),
            LockKinds = _log.LockKinds,
            Locks = _log.Locks,
            Writes = _log.Writes,
            Protocols = _log.Protocols,
            IsPredicate = _body.Method is { ReturnsVoid: false } && _log.Writes.IsEmpty && _log.Protocols.IsEmpty && !_log.HasEffects && !_log.ReadsResults,
            Throws = thrown is not null,
            HeldOnThrow = thrown is null ? PathMap<string, int>.Empty : EffectOn(thrown),
            MaskOnThrow = thrown?.Mask ?? default,
            Returns = all.Count > 0,
        };
        return new BodyResult(_body, _log.Calls, _log.Data, _transfer.Reads, _log.Registrations, _log.AllOutcomes, exits, summary)
        {
            MayExits = [.. all.Where(exit => exit.IsMay)],
            Thrown = _thrown.States,
            Mixed = _log.Mixed,
            Watched = _log.Watched,
        };
    }

    /// <summary>The guard a path returns; null when it returns none.</summary>
    public static Token? ReturnedBy(PathState exit) =>
        exit.Values.TryGetValue(ReturnTerm, out Value? value) && exit.Tokens.TryGetValue(value.Text, out Token? token) && token is { IsGuard: true, HasEnded: false } ? token : null;

    /// <summary>The value a path returns, where that stands for a guard or a saved mask.</summary>
    public static Value? ValueOf(PathState exit) => exit.Values.TryGetValue(ReturnTerm, out Value? value) ? value : null;

    /// <summary>The saved mask a path returns; null when it returns none.</summary>
    public static Token? FlagsReturnedBy(PathState exit) =>
        exit.Values.TryGetValue(ReturnTerm, out Value? value) && exit.Tokens.TryGetValue(value.Text, out Token? token) && token is { IsGuard: false, HasEnded: false } ? token : null;

    private static Token? ReturnedBy(IReadOnlyList<PathState> exits)
    {
        List<Token?> returned = [.. exits.Select(ReturnedBy).Distinct()];
        return returned.Count == 1 ? returned[0] : null;
    }

    // The place of what a path returns is where the value goes on, so that of one path is that of all, or the caller cannot know.
    private ReadPlace? ReadBy(IReadOnlyList<PathState> exits)
    {
        Sample? returned = null;
        foreach (PathState exit in exits)
        {
            if (!exit.Samples.TryGetValue(ReturnTerm, out Sample? sample) || (returned is not null && returned != sample))
            {
                return null;
            }

            returned = sample;
        }

        return returned is null ? null : _transfer.Reads[returned.Read] with { Sample = returned };
    }

    private static IrqSafety.Contracts.Mask MaskReturnedBy(IReadOnlyList<PathState> exits)
    {
        List<SavedMask?> returned = [.. exits.Select(exit => exit.Saved.Values.FirstOrDefault(open => ValueOf(exit)?.Text == open.Term))];
        List<IrqSafety.Contracts.Mask> masks = [.. returned.Select(open => open?.Mask ?? IrqSafety.Contracts.Mask.None).Distinct()];
        return masks.Count == 1 ? masks[0] : IrqSafety.Contracts.Mask.None;
    }

    private static PathState? Joined(IReadOnlyList<PathState> states) => states.Count == 0 ? null : states.Aggregate((left, right) => left.Join(right));

    // As far as the paths agree.
    private PathMap<string, int> EffectOf(IReadOnlyList<PathState> exits)
    {
        List<PathMap<string, int>> effects = [.. exits.Select(EffectOn)];
        PathMap<string, int> all = PathMap<string, int>.Empty;
        foreach (string instance in effects.SelectMany(effect => effect.Keys).Distinct())
        {
            List<int> changes = [.. effects.Select(effect => effect.TryGetValue(instance, out int change) ? change : 0).Distinct()];
            all = all.SetItem(instance, changes.Count == 1 ? changes[0] : PathState.UnknownCount);
        }

        return all;
    }

    /// <summary>What a path did to locks that mean the same to a caller, beside what it was entered with. Dropping what was held at entry and taking it again is nothing.</summary>
    private PathMap<string, int> EffectOn(PathState exit)
    {
        PathMap<string, int> effect = PathMap<string, int>.Empty;
        foreach (KeyValuePair<string, int> one in exit.Held)
        {
            bool isKnown = _entry.Held.TryGetValue(one.Key, out int before);
            int change = one.Value == PathState.UnknownCount ? one.Value : one.Value - before;
            change -= !isKnown && one.Value >= 0 && exit.GivenUp.ContainsKey(one.Key) ? 1 : 0;
            if (change != 0 && one.Key.IndexOf('‹') < 0 && one.Key.IndexOf('⟦') < 0)
            {
                effect = effect.SetItem(one.Key, change);
            }
        }

        return effect;
    }

    /// <summary>Executes a block in each state and gives the states for each block it leads to.</summary>
    private List<Edge> Execute(BasicBlock block, IReadOnlyList<PathState> entry)
    {
        var edges = new List<Edge>(2);
        if (!block.IsReachable || entry.Count == 0)
        {
            return edges;
        }

        // Where nobody handles what is thrown unexpectedly, it is not asked what holds there.
        Exceptional thrown = _exceptional;
        thrown.Clear(HasHandler(block.EnclosingRegion));
        _log.IsRecording = _recordsAtOnce;
        List<(PathState State, Value? Branch)> after = ExecuteOperations(block, entry, thrown);
        _log.IsRecording = false;
        PathState? anywhere = thrown.Anywhere;
        if (thrown.Known.Count > 0)
        {
            Raise(edges, block, [.. thrown.Known], type: null, isAssumed: false);
        }

        if (anywhere is not null)
        {
            Raise(edges, block, [anywhere], type: null, isAssumed: true);
        }

        bool isConditional = block.ConditionKind != ControlFlowConditionKind.None;
        bool jumpsWhen = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
        for (int successor = isConditional ? 0 : 1; successor < 2; successor++)
        {
            ControlFlowBranch? branch = successor == 0 ? block.ConditionalSuccessor : block.FallThroughSuccessor;
            bool? truth = !isConditional ? null : successor == 0 ? jumpsWhen : !jumpsWhen;
            if (branch is null)
            {
                continue;
            }

            var states = new List<PathState>(after.Count);
            foreach ((PathState state, Value? value) in after)
            {
                PathState? next = truth is null || value is null
                    ? state
                    : state.Assume(value, truth.Value, _keepsConditions ? null : AskedIn(block.Ordinal));
                next = next is null || truth is null ? next : _transfer.Answered(next, value, truth.Value);
                if (branch is { Semantics: ControlFlowBranchSemantics.Return } && value is not null && next is not null && (next.Tokens.ContainsKey(value.Text) || (_isTraced && next.Protocols.Any(known => known.Key.Object == value.Text))))
                {
                    next = next.WithValue(ReturnTerm, value);
                }

                if (branch is { Semantics: ControlFlowBranchSemantics.Return } && next is not null && block.BranchValue is { } returned && _log.TouchesGuarded)
                {
                    next = _transfer.Returning(next, ReturnTerm, returned);
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

            if (states.Count == 0)
            {
                continue;
            }

            if (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
            {
                Raise(edges, block, states, branch.Semantics == ControlFlowBranchSemantics.Throw ? TypeOf(block.BranchValue) : null, isAssumed: false);
                continue;
            }

            if (branch.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling)
            {
                edges.Add(new Edge(Edge.EndOfFinally, states));
                continue;
            }

            foreach (ControlFlowRegion region in branch.FinallyRegions)
            {
                states = RunFinally(region, states);
            }

            if (branch.Destination is { } target && branch.Semantics is ControlFlowBranchSemantics.Regular or ControlFlowBranchSemantics.Return && states.Count > 0)
            {
                edges.Add(new Edge(target.Ordinal, Left(states, branch.LeavingRegions, goesBack: target.Ordinal <= block.Ordinal)));
            }
        }

        return edges;
    }

    private System.Func<Value, bool> AskedIn(int block) => condition => IsAskedOnce(condition, block);

    // A condition that nothing asks again tells later code nothing: keeping it would only keep paths apart. Callers may know what they pass.
    private bool IsAskedOnce(Value condition, int block)
    {
        string question = condition is { ComparedWith: not null, Operand: { } operand } ? operand.Text : condition.Text;
        if (_askedAgain.Contains(question) || _flags.Contains(question))
        {
            return false;
        }

        if (!_asked.TryGetValue(question, out int first))
        {
            _asked[question] = block;
        }
        else if (first != block)
        {
            _askedAgain.Add(question);
            _isIncomplete = true;
        }

        return true;
    }

    private List<PathState> Left(List<PathState> states, ImmutableArray<ControlFlowRegion> regions, bool goesBack)
    {
        if (regions.IsEmpty && !goesBack)
        {
            return states;
        }

        var left = new List<PathState>(states.Count);
        foreach (PathState state in states)
        {
            left.Add(_transfer.Leave(state, regions, goesBack));
        }

        return Distinct(left);
    }

    /// <summary>An exception leaves a block: to the handlers round it, through each <c>finally</c>, or out of the body.</summary>
    private void Raise(List<Edge> edges, BasicBlock block, List<PathState> states, ITypeSymbol? type, bool isAssumed)
    {
        ImmutableArray<ControlFlowRegion>.Builder regions = ImmutableArray.CreateBuilder<ControlFlowRegion>();

        // The regions round a lambda are those of another graph, and not where its exceptions go.
        for (ControlFlowRegion? region = block.EnclosingRegion; region is { Kind: not ControlFlowRegionKind.Root, EnclosingRegion: { } whole } && states.Count > 0; region = whole)
        {
            regions.Add(region);
            if (region.Kind != ControlFlowRegionKind.Try)
            {
                continue;
            }

            states = Left(states, regions.ToImmutable(), goesBack: false);
            regions.Clear();
            if (whole.Kind == ControlFlowRegionKind.TryAndFinally)
            {
                if (isAssumed && !HasHandler(whole.EnclosingRegion))
                {
                    return;
                }

                states = RunFinally(whole.NestedRegions[1], states);
                continue;
            }

            foreach (ControlFlowRegion handler in whole.NestedRegions.Where(one => one.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler))
            {
                if (type is not null && !IsOrDerives(type, handler.ExceptionType) && !IsOrDerives(handler.ExceptionType, type))
                {
                    continue;
                }

                edges.Add(new Edge(handler.FirstBlockOrdinal, states, isAssumed));
                if (handler.Kind == ControlFlowRegionKind.Catch && (IsAnyException(handler.ExceptionType) || (type is not null && IsOrDerives(type, handler.ExceptionType))))
                {
                    return;
                }
            }

            // Whether one of these handlers takes it is not known.
            states = isAssumed ? states : [.. states.Select(state => state.AsMay()).Distinct()];
        }

        if (!isAssumed)
        {
            _thrown.Add(states);
        }
    }

    private static bool HasHandler(ControlFlowRegion? region)
    {
        for (; region is { Kind: not ControlFlowRegionKind.Root }; region = region.EnclosingRegion)
        {
            if (region is { Kind: ControlFlowRegionKind.Try, EnclosingRegion.Kind: ControlFlowRegionKind.TryAndCatch })
            {
                return true;
            }
        }

        return false;
    }

    // What is thrown is converted to Exception.
    private static ITypeSymbol? TypeOf(IOperation? thrown)
    {
        while (thrown is Microsoft.CodeAnalysis.Operations.IConversionOperation { IsImplicit: true } conversion)
        {
            thrown = conversion.Operand;
        }

        return thrown?.Type;
    }

    private static bool IsAnyException(ITypeSymbol? type) => type is null or { SpecialType: SpecialType.System_Object } or { Name: "Exception", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } };

    private static bool IsOrDerives(ITypeSymbol? type, ITypeSymbol? from)
    {
        if (IsAnyException(from))
        {
            return true;
        }

        for (; type is not null; type = type.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(type, from))
            {
                return true;
            }
        }

        return false;
    }

    private List<PathState> RunFinally(ControlFlowRegion region, IReadOnlyList<PathState> entry)
    {
        var leaving = new StateSet();
        int outcomes = _log.AllOutcomes.Count;
        Follow(new Reached(_blocks.Length), region.FirstBlockOrdinal, region.LastBlockOrdinal, entry, leaving);

        // What became of objects is told block by block.
        _recordsAtOnce &= _log.AllOutcomes.Count == outcomes;
        return [.. leaving.States];
    }

    private List<(PathState State, Value? Branch)> ExecuteOperations(BasicBlock block, IReadOnlyList<PathState> entry, Exceptional? thrown)
    {
        // Nothing below executes another block, so that the two lists serve every block.
        _now.Clear();
        _now.AddRange(entry);
        foreach (IOperation operation in block.Operations)
        {
            thrown?.Passing(_now);
            _next.Clear();
            foreach (PathState state in _now)
            {
                _transfer.Execute(operation, state, _next);
                thrown?.Known.AddRange(_transfer.Thrown);
            }

            // One block of straight code may split more often than a set holds.
            MakeDistinct(_next);
            MakeBounded(_next);
            (_now, _next) = (_next, _now);
        }

        var result = new List<(PathState, Value?)>(_now.Count);
        if (block.BranchValue is not { } branch)
        {
            foreach (PathState state in _now)
            {
                result.Add((state, null));
            }

            return result;
        }

        thrown?.Passing(_now);
        foreach (PathState state in _now)
        {
            _next.Clear();
            Value? value = _transfer.Execute(branch, state, _next);
            foreach (PathState one in _next)
            {
                result.Add((one, value));
            }

            thrown?.Known.AddRange(_transfer.Thrown);
        }

        return result;
    }

    private static List<PathState> Distinct(List<PathState> states)
    {
        MakeDistinct(states);
        return states;
    }

    private static void MakeDistinct(List<PathState> states)
    {
        int kept = System.Math.Min(1, states.Count);
        for (int i = kept; i < states.Count; i++)
        {
            PathState state = states[i];
            bool isKnown = false;
            for (int before = 0; before < kept && !isKnown; before++)
            {
                isKnown = states[before].Equals(state);
            }

            if (!isKnown)
            {
                states[kept++] = state;
            }
        }

        states.RemoveRange(kept, states.Count - kept);
    }

    private static void MakeBounded(List<PathState> states)
    {
        if (states.Count > StateSet.Limit)
        {
            var set = new StateSet();
            set.Add(states);
            states.Clear();
            states.AddRange(set.States);
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

    /// <summary>States that go to a block.</summary>
    /// <param name="Target">The block's ordinal, or <see cref="EndOfFinally"/>.</param>
    /// <param name="States">The states.</param>
    /// <param name="IsAssumed">True for the way into a handler that nothing known leads to.</param>
    private readonly record struct Edge(int Target, IReadOnlyList<PathState> States, bool IsAssumed = false)
    {
        public const int EndOfFinally = -1;
    }

    /// <summary>The states in which an exception may leave a block.</summary>
    private sealed class Exceptional
    {
        private bool _isHandled;

        public List<PathState> Known { get; } = [];

        /// <summary>What holds throughout, so wherever something unexpected is thrown; null where nobody handles that.</summary>
        public PathState? Anywhere { get; private set; }

        public void Clear(bool isHandled)
        {
            Known.Clear();
            Anywhere = null;
            _isHandled = isHandled;
        }

        public void Passing(List<PathState> states)
        {
            foreach (PathState state in _isHandled ? states : [])
            {
                Anywhere = Anywhere is null ? state : ReferenceEquals(Anywhere, state) ? Anywhere : Anywhere.Join(state);
            }
        }
    }

    /// <summary>The states at each block so far.</summary>
    private sealed class Reached(int blocks)
    {
        private readonly StateSet?[] _sets = new StateSet?[blocks];
        private readonly PathState?[] _assumed = new PathState?[blocks];

        public IReadOnlyList<PathState> At(int ordinal)
        {
            IReadOnlyList<PathState> known = _sets[ordinal]?.States ?? [];
            return _assumed[ordinal] is { } assumed ? [.. known, assumed] : known;
        }

        public bool Add(Edge edge)
        {
            if (!edge.IsAssumed)
            {
                return (_sets[edge.Target] ??= new StateSet()).Add(edge.States);
            }

            PathState? before = _assumed[edge.Target];
            PathState now = Joined(before is not null ? [before, .. edge.States] : edge.States)!;
            _assumed[edge.Target] = now;
            return before is null || !now.Equals(before);
        }
    }
}
