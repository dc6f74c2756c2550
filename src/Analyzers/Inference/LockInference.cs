using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Inference;

/// <summary>
/// The locks a body takes within, those it returns with or without, those its callers must hold, and the guard it returns. Attempts that never wait
/// keep nobody up, so they are not spoken of.
/// </summary>
internal sealed class LockInference
{
    private readonly Scope _scope;
    private readonly BodyResult _result;
    private readonly LockNaming _naming;
    private readonly Names _names;
    private readonly HashSet<string> _known = [];
    private readonly Dictionary<string, string> _declaredTakes = [];
    private readonly ImmutableArray<ContractClause>.Builder _clauses = ImmutableArray.CreateBuilder<ContractClause>();
    private readonly List<LockAlias> _aliases = [];

    /// <summary>Of a body.</summary>
    public LockInference(Scope scope, IMethodSymbol method, OperationContract declared, BodyResult result, IReadOnlyList<InnerBody> bodies)
    {
        _scope = scope;
        _result = result;
        _naming = new LockNaming(scope.Contracts, method);
        _names = Names.Of(method);
        foreach (string text in declared.Locks.Select(effect => effect.Lock).Concat(declared.Guard?.Holds is { } holds ? [holds] : []))
        {
            _known.Add(text);
            if (LockPath.Named(scope.Contracts, method, text) is { } reference)
            {
                _known.Add(reference.Instance);
                _ = reference.Class is { Name.Length: > 0 } named && _known.Add($"class {named.Name}");
            }

            _known.Add($"class {text}");
        }

        foreach (LockEffect effect in declared.Locks.Where(effect => effect.Action == LockAction.Take))
        {
            _declaredTakes[$"class {effect.Lock}"] = effect.Lock;
            if (LockPath.Named(scope.Contracts, method, effect.Lock) is { } reference)
            {
                _declaredTakes[reference.Instance] = effect.Lock;
            }
        }

        bool isMaking = method.MethodKind == MethodKind.Constructor;
        Net();
        Guard(declared);
        if (!isMaking)
        {
            Needs(bodies);
        }

        Taken(bodies);
    }

    /// <summary>The attributes.</summary>
    public ImmutableArray<ContractClause> Clauses => _clauses.ToImmutable();

    /// <summary>The names to be declared.</summary>
    public ImmutableArray<LockAlias> Aliases => [.. _aliases.Distinct()];

    /// <summary>Why they do not say all; null when they do.</summary>
    public string? Unsaid { get; private set; }

    private void Net()
    {
        foreach (string instance in _result.Exits.SelectMany(exit => exit.Held.Keys).Distinct().OrderBy(one => one, System.StringComparer.Ordinal).ToList())
        {
            LockClass? @class = _result.Summary.Locks.TryGetValue(instance, out LockReference? reference) ? reference.Class : null;
            List<int> counts = [.. _result.Exits.Select(exit => exit.Held.TryGetValue(instance, out int count) ? count : 0).Distinct()];
            int? net = counts.Count == 1 ? counts[0] : null;
            if (net == 0 || IsKnown(instance, @class))
            {
                continue;
            }

            string display = reference?.Display ?? "a lock";
            if (net is not (1 or -1))
            {
                Unsaid ??= $"whether it returns with {display} held differs from path to path";
            }
            else if (@class?.Kind == LockKind.Scope || _naming.Of(_names.Translate(instance), @class) is not { IsOneLock: true } name)
            {
                Unsaid ??= $"{display} has no name that a caller could use";
            }
            else
            {
                bool acquires = net == 1;
                LockMode mode = acquires && _result.Exits[0].Acquired.TryGetValue(instance, out Acquisition? how) ? how.Mode : ReleaseMode(instance);
                Say(acquires ? "Acquires" : "Releases", $"{(acquires ? "returns with" : "releases")} {display}{(acquires ? " held" : "")}", instance, name, mode);
            }
        }
    }

    private LockMode ReleaseMode(string instance) => _result.Calls
        .SelectMany(call => call.Contract.Locks.Where(effect => effect.Action == LockAction.Release && call.LocksNamed(effect.Lock).Any(released => released.Instance == instance)))
        .Select(effect => effect.Mode)
        .FirstOrDefault();

    private void Guard(OperationContract declared)
    {
        List<Token?> returned = [.. _result.Exits.Select(BodyAnalysis.ReturnedBy).Distinct()];
        if (declared.Guard is not null || returned.TrueForAll(one => one is null))
        {
            return;
        }

        if (returned.Count != 1 || returned[0] is not { } guard)
        {
            Unsaid ??= "whether it returns a guard differs from path to path";
            return;
        }

        string? holds = null;
        if (guard.Lock is { } instance)
        {
            LockClass? @class = _result.Summary.Locks.TryGetValue(instance, out LockReference? reference) ? reference.Class : null;
            if (_naming.Of(_names.Translate(instance), @class) is not { IsOneLock: true } name)
            {
                Unsaid ??= "the lock of the guard it returns has no name that a caller could use";
                return;
            }

            Declare(name);
            holds = $"Holds = {ContractText.Quoted(name.Expression)}";
        }

        string list = string.Join(", ", ((string?[])
        [
            holds,
            ContractText.Mode(guard.Mode),
            guard.Restores == Mask.None ? null : $"Restores = {ContractText.Written(guard.Restores)}",
            guard.Unmasks == Mask.None ? null : $"Unmasks = {ContractText.Written(guard.Unmasks)}",
        ]).Where(one => one is not null));
        _clauses.Add(new ContractClause($"return: Guard({list})", "returns a guard that its caller must end", IsReason: true));
    }

    // Inside the scope the callers hold it; outside nobody tells them.
    private void Needs(IReadOnlyList<InnerBody> bodies)
    {
        foreach (InnerBody inner in bodies.Where(inner => (inner.Said & Subject.Locks) == 0))
        {
            BodyResult result = _scope.ResultOf(inner.Body);
            foreach (DataEvent access in result.Data.Where(access => access.Contract.IsGuarded && !(access.Marked && !access.Writes)))
            {
                foreach (DataVisit visit in access.Visits.Where(visit => visit.Owner is not { IsNew: true }))
                {
                    if (access.Contract.Missing(access.Writes, expression => HoldOf(inner, visit.State, visit.Locks[expression], access.Writes)) is { } missing)
                    {
                        Need(inner, visit.Locks[missing], access.Writes ? LockMode.Exclusive : Reading(visit.Locks[missing]));
                    }
                }
            }

            foreach (CallEvent call in result.Calls.Where(call => call.Receiver is not { IsNew: true }))
            {
                foreach (LockEffect effect in call.Contract.Locks.Where(effect => effect.Action == LockAction.RequireHeld))
                {
                    foreach (LockReference wanted in call.Before
                        .Select(state => call.LockIn(state, effect.Lock) is { } named && HoldOf(inner, state, named, writes: true) == LockHold.No ? named : null)
                        .OfType<LockReference>())
                    {
                        Need(inner, wanted, effect.Mode);
                    }
                }
            }
        }
    }

    private static LockMode Reading(LockReference wanted) =>
        wanted.Class?.Kind is LockKind.ReadWrite or LockKind.RwSemaphore or LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu ? LockMode.Shared : LockMode.Exclusive;

    private LockHold HoldOf(InnerBody inner, PathState state, LockReference wanted, bool writes)
    {
        if (wanted.Class is not { Name.Length: > 0 } @class || (!writes && @class.Kind == LockKind.Sequence))
        {
            return LockHold.Unknown;
        }

        ImmutableHashSet<string> held = inner.HeldIn(_scope, state);
        IReadOnlyDictionary<string, LockReference> locks = _scope.ResultOf(inner.Body).Summary.Locks;
        bool perhaps = held.Contains("class ") || held.Contains($"class {@class.Name}") || state.Held.Any(one => one.Value == PathState.UnknownCount)
            || state.HeldNow.Any(one => !locks.TryGetValue(one, out LockReference? other) || other.Class is null || other.Class.Name.Length == 0 || other.Class.Name == @class.Name);
        return held.Contains(InnerBody.KeyOf(inner.Names, wanted.Instance, @class)) ? LockHold.Exclusive : perhaps ? LockHold.Unknown : LockHold.No;
    }

    private void Need(InnerBody inner, LockReference wanted, LockMode mode)
    {
        if (IsKnown(inner, wanted))
        {
            return;
        }

        string? path = inner.Names.Translate(wanted.Instance);
        if (_naming.Of(path, wanted.Class) is not { IsOneLock: true } name)
        {
            Unsaid ??= $"its callers must hold {wanted.Display}, which has no name that they could use";
            return;
        }

        Say("RequiresHeld", $"must be called with {wanted.Display} held", path!, name, mode);
    }

    private void Taken(IReadOnlyList<InnerBody> bodies)
    {
        var taken = new List<TakenLock>();
        var nested = new List<(string Outer, string Inner)>();
        foreach (InnerBody inner in bodies.Where(inner => (inner.Said & Subject.Locks) == 0))
        {
            foreach (CallEvent call in _scope.ResultOf(inner.Body).Calls.Where(call => call.Before.Count > 0))
            {
                foreach (LockEffect effect in call.Contract.Locks.Where(effect => effect.Action is LockAction.Acquire or LockAction.Take))
                {
                    foreach (LockReference reference in call.LocksNamed(effect.Lock))
                    {
                        string key = InnerBody.KeyOf(inner.Names, reference.Instance, reference.Class);
                        taken.AddRange(Take(inner, call, effect, reference) is { } one ? [one] : []);
                        nested.AddRange(call.Before.SelectMany(state => inner.HeldIn(_scope, state)).Distinct().Select(outer => (outer, key)));
                    }
                }

                nested.AddRange(
                    from order in call.Contract.TakesInOrder
                    let keys = order.Select(text => call.Locks.TryGetValue(text, out LockReference? reference) ? InnerBody.KeyOf(inner.Names, reference.Instance, reference.Class) : "").ToList()
                    from i in Enumerable.Range(1, System.Math.Max(0, keys.Count - 1))
                    select (keys[i - 1], keys[i]));
            }
        }

        // What is taken in several ways is taken in the hardest of them.
        foreach (IGrouping<string, TakenLock> ofLock in taken.GroupBy(one => one.Name.Expression))
        {
            List<TakenLock> always = [.. ofLock.Where(one => one.When is null && one.Unless is null)];
            foreach (IGrouping<(string?, string?), TakenLock> way in (always.Count > 0 ? always : [.. ofLock]).GroupBy(one => (one.When, one.Unless)))
            {
                TakenLock hardest = way.OrderBy(one => one.Mode).First();
                Declare(hardest.Name);
                _clauses.Add(ContractClause.Of("Takes", hardest.Phrase, way.Any(one => one.IsReason), ContractText.Quoted(ofLock.Key), ContractText.Mode(hardest.Mode), hardest.When, hardest.Unless));
            }
        }

        Order(taken, nested);
    }

    // In which order, of those that it says it takes; of those that its declaration said already, that said it or chose not to.
    private void Order(IReadOnlyList<TakenLock> taken, IEnumerable<(string Outer, string Inner)> nested)
    {
        foreach ((string outer, string within) in nested
            .Where(one => IsNew(one.Outer) || IsNew(one.Inner))
            .Select(one => (Outer: ExpressionOf(one.Outer), Inner: ExpressionOf(one.Inner)))
            .Where(one => one.Outer is not null && one.Inner is not null && one.Outer != one.Inner)
            .Select(one => (one.Outer!, one.Inner!))
            .Distinct()
            .OrderBy(one => one.Item1, System.StringComparer.Ordinal)
            .ThenBy(one => one.Item2, System.StringComparer.Ordinal))
        {
            _clauses.Add(ContractClause.Of("TakesInOrder", $"takes '{outer}' before '{within}'", isReason: false, ContractText.Quoted(outer), ContractText.Quoted(within)));
        }

        bool IsNew(string key) => taken.Any(one => one.Key == key);

        string? ExpressionOf(string key) => taken.FirstOrDefault(one => one.Key == key)?.Name.Expression ?? (_declaredTakes.TryGetValue(key, out string? text) ? text : null);
    }

    private TakenLock? Take(InnerBody inner, CallEvent call, LockEffect effect, LockReference taken)
    {
        Condition condition = inner.Names.Of(effect.When, call);
        if (!condition.Holds || taken.Class?.Kind is LockKind.Scope or LockKind.Ticket || IsKnown(inner, taken) || IsOwn(call, taken))
        {
            return null;
        }

        if (_naming.Of(inner.Names.Translate(taken.Instance), taken.Class) is not { } name)
        {
            Unsaid ??= $"{taken.Display}, which it takes, has no name that a caller could use";
            return null;
        }

        string? unless = null;
        if (effect.Unless is { } scope && call.Locks.TryGetValue(scope, out LockReference? open))
        {
            if (_naming.Of(null, open.Class) is not { Alias: null } known)
            {
                Unsaid ??= $"{open.Display}, which keeps it from taking {taken.Display}, has no name that a caller could use";
                return null;
            }

            unless = $"Unless = {ContractText.Quoted(known.Expression)}";
        }

        string phrase = condition.Text is { } when ? $"takes {taken.Display} when {when}" : $"takes {taken.Display}";
        return new TakenLock(InnerBody.KeyOf(inner.Names, taken.Instance, taken.Class), name, phrase, effect.Mode, ContractText.When(condition.Text), unless, !call.Contract.IsShipped);
    }

    private sealed record TakenLock(string Key, LockName Name, string Phrase, LockMode Mode, string? When, string? Unless, bool IsReason);

    // A lock that this body made is nobody else's.
    private static bool IsOwn(CallEvent call, LockReference taken) =>
        call.Receiver is { IsNew: true } && !call.Operation.IsOnThis && taken.Class is not { Name.Length: > 0 };

    private bool IsKnown(InnerBody inner, LockReference reference) => inner.Names.Translate(reference.Instance) is { } path ? IsKnown(path, reference.Class) : _known.Contains($"class {reference.Class?.Name}");

    private bool IsKnown(string path, LockClass? @class) => _known.Contains(path) || (!IsPath(path) && _known.Contains($"class {@class?.Name}"));

    private static bool IsPath(string path) => path == "this" || path.StartsWith("this.", System.StringComparison.Ordinal) || path.StartsWith("‹", System.StringComparison.Ordinal);

    private void Say(string attribute, string phrase, string path, LockName name, LockMode mode)
    {
        Declare(name);
        _known.Add(path);
        _clauses.Add(ContractClause.Of(attribute, phrase, isReason: true, ContractText.Quoted(name.Expression), ContractText.Mode(mode)));
    }

    private void Declare(LockName name)
    {
        if (name.Alias is { } alias)
        {
            _aliases.Add(alias);
        }
    }
}
