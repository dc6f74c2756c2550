using System;
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

    // A thread follows one body after another with the same lists and dictionaries; what a large one needed is not kept.
    private const int MostBlocksKept = 200;

    [ThreadStatic]
    private static BodyAnalysis? s_idle;

    private readonly EventLog _log = new();
    private readonly Transfer _transfer;
    private readonly StateSets _finally = new();
    private readonly Dictionary<string, int> _asked = [];
    private readonly HashSet<string> _askedAgain = [];
    private readonly List<string> _flags = [];
    private readonly StateSet _thrown = new();
    private readonly Exceptional _exceptional = new();
    private readonly Walk _whole = new();
    private readonly Stack<Walk> _idleWalks = [];
    private readonly Func<Value, bool> _isAskedOnce;
    private List<PathState> _now = [];
    private List<PathState> _next = [];
    private Body _body = null!;
    private ImmutableArray<BasicBlock> _blocks;
    private PathState _entry = PathState.Entry;
    private bool _isTraced;
    private bool _keepsConditions;
    private bool _isIncomplete;
    private int _asking;

    // Where each block is executed once, with all the states that reach it, the events are those of a pass over the result.
    private bool _recordsAtOnce;

    private BodyAnalysis()
    {
        _transfer = new Transfer(_log);
        _isAskedOnce = IsAskedOnce;
    }

    private void Begin(Scope scope, Body body, PathState entry, ProtocolTrace? trace)
    {
        _entry = entry;
        _body = body;
        _blocks = body.Blocks!.Value;
        _log.Begin(body, scope.UnknownCalls(body));

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

        _transfer.Begin(scope, body, _blocks, trace);
        _transfer.EnterWith(entry);
    }

    // Nothing of the body stays.
    private void End()
    {
        _log.End();
        _transfer.End();
        _finally.Clear();
        _asked.Clear();
        _askedAgain.Clear();
        _flags.Clear();
        _thrown.Clear();
        _exceptional.Clear(isHandled: false);
        _whole.Clear();
        _now.Clear();
        _next.Clear();
        _entry = PathState.Entry;
        _body = null!;
        _blocks = default;
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
        // Another body may be followed within this one.
        BodyAnalysis analysis = s_idle ?? new BodyAnalysis();
        s_idle = null;
        analysis.Begin(scope, body, entry, trace);
        bool ended = analysis.Solve();
        if (!analysis._recordsAtOnce)
        {
            analysis.Record();
        }

        analysis.RecordExits();
        BodyResult result = analysis.Result(ended ? null : "its states did not settle");
        bool isKept = analysis._blocks.Length <= MostBlocksKept;
        analysis.End();
        s_idle = isKept ? analysis : null;
        return result;
    }

    private bool Solve()
    {
        for (int run = 0; ; run++)
        {
            _keepsConditions |= run == MostRestarts;
            _thrown.Clear();
            _finally.Begin(_blocks.Length);
            _isIncomplete = false;
            _log.Clear();
            _recordsAtOnce = !_isTraced;
            _whole.Begin(_blocks.Length, 0, _blocks.Length - 1, isFinally: false);
            _whole.Lead(new Edge(0, [_entry]));
            bool ended = Follow(_whole);
            if (!_isIncomplete)
            {
                return ended;
            }
        }
    }

    /// <summary>Follows the paths through a range of blocks until nothing new is found; false when that was cut short.</summary>
    private bool Follow(Walk walk)
    {
        for (int visits = VisitsPerBlock * walk.Length; visits > 0 && walk.Next() is { } ordinal; visits--)
        {
            IReadOnlyList<PathState> states = walk.At(ordinal);
            _recordsAtOnce &= walk.Visit(ordinal) && !_isIncomplete;
            if (walk.Leaving is not null)
            {
                StateSet before = _finally[ordinal];
                _recordsAtOnce &= before.States.Count + states.Count <= StateSet.Limit && !before.ContainsAny(states);
                before.Add(states);
            }

            Execute(walk, _blocks[ordinal], states);
        }

        return walk.IsDone;
    }

    private void Record()
    {
        _log.Clear();
        _log.IsRecording = true;
        foreach (BasicBlock block in _blocks)
        {
            if (_whole.At(block.Ordinal) is { Count: > 0 } states)
            {
                ExecuteOperations(block, states, null, _whole.After);
            }

            if (_finally.At(block.Ordinal) is { Count: > 0 } last)
            {
                ExecuteOperations(block, last, null, _whole.After);
            }
        }
    }

    private void RecordExits()
    {
        _log.IsRecording = true;
        foreach (PathState exit in _whole.At(_blocks.Length - 1))
        {
            _log.Outcomes(exit, static _ => true);
        }
    }

    private BodyResult Result(string? cutShort)
    {
        IReadOnlyList<PathState> all = _whole.At(_blocks.Length - 1);
        PathState[] exits = Where(all, isMay: false);
        PathState? joined = Joined(exits.Length > 0 ? exits : all);
        PathState? thrown = Joined(Where(_thrown.States, isMay: false));
        var summary = new BodySummary
        {
            Mask = joined?.Mask ?? default,
            Held = EffectOf(exits.Length > 0 ? exits : all),
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
            MayExits = Where(all, isMay: true),
            Thrown = _thrown.States.Count == 0 ? [] : [.. _thrown.States],
            Mixed = _log.Mixed,
            Watched = _log.Watched,
            CutShort = cutShort,
        };
    }

    private static PathState[] Where(IReadOnlyList<PathState> states, bool isMay)
    {
        int count = 0;
        for (int i = 0; i < states.Count; i++)
        {
            count += states[i].IsMay == isMay ? 1 : 0;
        }

        if (count == 0)
        {
            return [];
        }

        var found = new PathState[count];
        for (int i = states.Count - 1; i >= 0; i--)
        {
            if (states[i].IsMay == isMay)
            {
                found[--count] = states[i];
            }
        }

        return found;
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
        Token? returned = exits.Count == 0 ? null : ReturnedBy(exits[0]);
        for (int i = 1; i < exits.Count; i++)
        {
            if (returned is null || !returned.Equals(ReturnedBy(exits[i])))
            {
                return null;
            }
        }

        return returned;
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
        IrqSafety.Contracts.Mask all = exits.Count == 0 ? IrqSafety.Contracts.Mask.None : MaskReturnedBy(exits[0]);
        for (int i = 1; i < exits.Count; i++)
        {
            if (MaskReturnedBy(exits[i]) != all)
            {
                return IrqSafety.Contracts.Mask.None;
            }
        }

        return all;
    }

    private static IrqSafety.Contracts.Mask MaskReturnedBy(PathState exit)
    {
        if (!exit.Saved.IsEmpty && ValueOf(exit) is { } returned)
        {
            foreach (KeyValuePair<int, SavedMask> open in exit.Saved)
            {
                if (open.Value.Term == returned.Text)
                {
                    return open.Value.Mask;
                }
            }
        }

        return IrqSafety.Contracts.Mask.None;
    }

    private static PathState? Joined(IReadOnlyList<PathState> states) => states.Count switch
    {
        0 => null,
        1 => states[0],
        _ => states.Aggregate((left, right) => left.Join(right)),
    };

    // As far as the paths agree.
    private PathMap<string, int> EffectOf(IReadOnlyList<PathState> exits)
    {
        if (exits.Count == 1)
        {
            return EffectOn(exits[0]);
        }

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

    /// <summary>Executes a block in each state and leads the states to each block that it leads to.</summary>
    private void Execute(Walk walk, BasicBlock block, IReadOnlyList<PathState> entry)
    {
        if (!block.IsReachable || entry.Count == 0)
        {
            return;
        }

        // Where nobody handles what is thrown unexpectedly, it is not asked what holds there.
        Exceptional thrown = _exceptional;
        thrown.Clear(HasHandler(block.EnclosingRegion));
        List<(PathState State, Value? Branch)> after = walk.After;
        _log.IsRecording = _recordsAtOnce;
        ExecuteOperations(block, entry, thrown, after);
        _log.IsRecording = false;
        PathState? anywhere = thrown.Anywhere;
        if (thrown.Known.Count > 0)
        {
            Raise(walk, block, [.. thrown.Known], type: null, isAssumed: false);
        }

        if (anywhere is not null)
        {
            Raise(walk, block, [anywhere], type: null, isAssumed: true);
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

            List<PathState> states = walk.States;
            states.Clear();
            _asking = block.Ordinal;
            foreach ((PathState state, Value? value) in after)
            {
                if (Taken(block, branch, state, value, truth) is { } next && !states.Contains(next))
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
                Raise(walk, block, states, branch.Semantics == ControlFlowBranchSemantics.Throw ? TypeOf(block.BranchValue) : null, isAssumed: false);
                continue;
            }

            if (branch.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling)
            {
                walk.Leaving?.Add(states);
                continue;
            }

            foreach (ControlFlowRegion region in branch.FinallyRegions)
            {
                RunFinally(region, states);
            }

            if (branch.Destination is { } target && branch.Semantics is ControlFlowBranchSemantics.Regular or ControlFlowBranchSemantics.Return && states.Count > 0)
            {
                Leave(states, branch.LeavingRegions, goesBack: target.Ordinal <= block.Ordinal);
                walk.Lead(new Edge(target.Ordinal, states));
            }
        }
    }

    /// <summary>The state on the paths that take a branch; null when there are none.</summary>
    private PathState? Taken(BasicBlock block, ControlFlowBranch branch, PathState state, Value? value, bool? truth)
    {
        PathState? next = truth is null || value is null
            ? state
            : state.Assume(value, truth.Value, _keepsConditions ? null : _isAskedOnce);
        next = next is null || truth is null ? next : _transfer.Answered(next, value, truth.Value);
        if (branch is { Semantics: ControlFlowBranchSemantics.Return } && value is not null && next is not null && (next.Tokens.ContainsKey(value.Text) || (_isTraced && next.HasProtocolOf(value.Text))))
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

        return next;
    }

    // A condition that nothing asks again tells later code nothing: keeping it would only keep paths apart. Callers may know what they pass.
    private bool IsAskedOnce(Value condition)
    {
        int block = _asking;
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

    private void Leave(List<PathState> states, ImmutableArray<ControlFlowRegion> regions, bool goesBack)
    {
        if (regions.IsEmpty && !goesBack)
        {
            return;
        }

        for (int i = 0; i < states.Count; i++)
        {
            states[i] = _transfer.Leave(states[i], regions, goesBack);
        }

        MakeDistinct(states);
    }

    /// <summary>An exception leaves a block: to the handlers round it, through each <c>finally</c>, or out of the body.</summary>
    private void Raise(Walk walk, BasicBlock block, List<PathState> states, ITypeSymbol? type, bool isAssumed)
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

            Leave(states, regions.ToImmutable(), goesBack: false);
            regions.Clear();
            if (whole.Kind == ControlFlowRegionKind.TryAndFinally)
            {
                if (isAssumed && !HasHandler(whole.EnclosingRegion))
                {
                    return;
                }

                RunFinally(whole.NestedRegions[1], states);
                continue;
            }

            foreach (ControlFlowRegion handler in whole.NestedRegions.Where(one => one.Kind is ControlFlowRegionKind.Catch or ControlFlowRegionKind.FilterAndHandler))
            {
                if (type is not null && !IsOrDerives(type, handler.ExceptionType) && !IsOrDerives(handler.ExceptionType, type))
                {
                    continue;
                }

                walk.Lead(new Edge(handler.FirstBlockOrdinal, states, isAssumed));
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

    /// <summary>The states in which code in a <c>finally</c> ends, in place of those in which it is entered.</summary>
    private void RunFinally(ControlFlowRegion region, List<PathState> states)
    {
        Walk walk = _idleWalks.Count > 0 ? _idleWalks.Pop() : new Walk();
        walk.Begin(_blocks.Length, region.FirstBlockOrdinal, region.LastBlockOrdinal, isFinally: true);
        int outcomes = _log.OutcomeCount;
        walk.Lead(new Edge(region.FirstBlockOrdinal, states));
        Follow(walk);

        // What became of objects is told block by block.
        _recordsAtOnce &= _log.OutcomeCount == outcomes;
        states.Clear();
        states.AddRange(walk.Leaving!.States);
        walk.Clear();
        _idleWalks.Push(walk);
    }

    private void ExecuteOperations(BasicBlock block, IReadOnlyList<PathState> entry, Exceptional? thrown, List<(PathState State, Value? Branch)> result)
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

        result.Clear();
        if (block.BranchValue is not { } branch)
        {
            foreach (PathState state in _now)
            {
                result.Add((state, null));
            }

            return;
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
    }

    private static void MakeDistinct(List<PathState> states)
    {
        int kept = Math.Min(1, states.Count);
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

    /// <summary>States that go to a block.</summary>
    /// <param name="Target">The block's ordinal.</param>
    /// <param name="States">The states.</param>
    /// <param name="IsAssumed">True for the way into a handler that nothing known leads to.</param>
    private readonly record struct Edge(int Target, IReadOnlyList<PathState> States, bool IsAssumed = false);

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
            for (int i = 0; _isHandled && i < states.Count; i++)
            {
                Anywhere = Anywhere is null ? states[i] : ReferenceEquals(Anywhere, states[i]) ? Anywhere : Anywhere.Join(states[i]);
            }
        }
    }

    /// <summary>A set of states for each block.</summary>
    private sealed class StateSets
    {
        private StateSet?[] _sets = [];

        public void Begin(int blocks)
        {
            Clear();
            if (_sets.Length < blocks)
            {
                Array.Resize(ref _sets, blocks);
            }
        }

        public StateSet this[int ordinal] => _sets[ordinal] ??= new StateSet();

        public IReadOnlyList<PathState> At(int ordinal) => _sets[ordinal]?.States ?? [];

        public void Clear()
        {
            foreach (StateSet? set in _sets)
            {
                set?.Clear();
            }
        }
    }

    /// <summary>One way through a range of blocks: the states at each block so far, and the blocks that are still to be visited.</summary>
    private sealed class Walk
    {
        private readonly StateSets _sets = new();
        private readonly List<int> _assumedAt = [];
        private readonly StateSet _leaving = new();
        private PathState?[] _assumed = [];
        private bool[] _isOpen = [];
        private bool[] _isVisited = [];
        private int _first;
        private int _open;
        private int _next;
        private bool _isFinally;

        /// <summary>How many blocks it goes through.</summary>
        public int Length { get; private set; }

        /// <summary>The states in which it ends, where that is the end of a <c>finally</c>.</summary>
        public StateSet? Leaving => _isFinally ? _leaving : null;

        /// <summary>The states after the block that is executed, with the value that it branches on.</summary>
        public List<(PathState State, Value? Branch)> After { get; } = [];

        /// <summary>The states on the branch that is taken.</summary>
        public List<PathState> States { get; } = [];

        public bool IsDone => _open == 0;

        public void Begin(int blocks, int first, int last, bool isFinally)
        {
            Clear();
            _sets.Begin(blocks);
            if (_isOpen.Length < blocks)
            {
                _assumed = new PathState?[blocks];
                _isOpen = new bool[blocks];
                _isVisited = new bool[blocks];
            }

            _first = first;
            Length = last - first + 1;
            _next = first;
            _isFinally = isFinally;
        }

        public void Clear()
        {
            _sets.Clear();
            foreach (int ordinal in _assumedAt)
            {
                _assumed[ordinal] = null;
            }

            _assumedAt.Clear();
            Array.Clear(_isOpen, _first, Length);
            Array.Clear(_isVisited, _first, Length);
            After.Clear();
            States.Clear();
            _leaving.Clear();
            Length = 0;
            _first = 0;
            _open = 0;
        }

        public IReadOnlyList<PathState> At(int ordinal)
        {
            IReadOnlyList<PathState> known = _sets.At(ordinal);
            return _assumed[ordinal] is { } assumed ? [.. known, assumed] : known;
        }

        /// <summary>The first block that is open, which is none any longer; null when none is. What an edge leads back to comes before the one just left.</summary>
        public int? Next()
        {
            if (_open == 0)
            {
                return null;
            }

            while (!_isOpen[_next])
            {
                _next++;
            }

            _isOpen[_next] = false;
            _open--;
            return _next;
        }

        /// <summary>True when the block was not visited before.</summary>
        public bool Visit(int ordinal)
        {
            bool isFirst = !_isVisited[ordinal];
            _isVisited[ordinal] = true;
            return isFirst;
        }

        /// <summary>States go to a block. Those that leave the range go nowhere.</summary>
        public void Lead(Edge edge)
        {
            if (edge.Target >= _first && edge.Target < _first + Length && Add(edge) && !_isOpen[edge.Target])
            {
                _isOpen[edge.Target] = true;
                _open++;
                _next = Math.Min(_next, edge.Target);
            }
        }

        private bool Add(Edge edge)
        {
            if (!edge.IsAssumed)
            {
                return _sets[edge.Target].Add(edge.States);
            }

            PathState? before = _assumed[edge.Target];
            PathState now = Joined(before is not null ? [before, .. edge.States] : edge.States)!;
            _assumed[edge.Target] = now;
            _assumedAt.Add(edge.Target);
            return before is null || !now.Equals(before);
        }
    }
}
