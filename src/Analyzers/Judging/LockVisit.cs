using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A lock that is held, and where it was taken.</summary>
/// <param name="Lock">The lock.</param>
/// <param name="Instance">What the body that is looked at calls it.</param>
/// <param name="Mode">Exclusive or shared.</param>
/// <param name="IsTry">Taken by an attempt that never waits.</param>
/// <param name="At">The call that took it; null when a contract says that it is held.</param>
/// <param name="Reach">The way to that call.</param>
/// <param name="Subclass">The subclass it was taken with; null when it is not known.</param>
internal sealed record Holding(LockReference Lock, string Instance, LockMode Mode, bool IsTry, CallEvent? At, Reach Reach, int? Subclass);

/// <summary>A body entered on one way, with what its callers hold.</summary>
/// <param name="Reach">The way.</param>
/// <param name="Outside">What callers hold, by the names it has in this body.</param>
/// <param name="Given">The locks that parameters stand for.</param>
/// <param name="Truths">The parameters that are known to be true or false.</param>
internal sealed record LockVisit(Reach Reach, ImmutableArray<Holding> Outside, ImmutableDictionary<string, LockReference> Given, ImmutableDictionary<string, bool> Truths)
{
    /// <summary>The most visits of one body.</summary>
    private const int VisitsPerBody = 32;

    /// <summary>The longest way.</summary>
    private const int DeepestCall = 32;

    private Dictionary<PathState, ImmutableArray<Holding>>? _held;
    private Dictionary<PathState, ImmutableArray<Holding>>? _possibly;
    private string? _name;

    // Marks a name that means something else in the body than where it comes from.
    private const string Foreign = "^";

    /// <summary>Every visit, callers before callees, from each body that is entered from outside.</summary>
    public static IEnumerable<LockVisit> All(ScopeModel model)
    {
        var known = new Dictionary<Body, List<LockVisit>>();
        var queue = new Queue<LockVisit>();
        foreach (Reach reach in model.Reaches)
        {
            if (reach.Caller is null && reach.Kind != RootKind.Promised)
            {
                queue.Enqueue(new LockVisit(Entered(model.Scope, reach), [], ImmutableDictionary<string, LockReference>.Empty, ImmutableDictionary<string, bool>.Empty));
            }
        }

        while (queue.Count > 0)
        {
            LockVisit visit = queue.Dequeue();
            Body body = visit.Reach.Body;
            if (!known.TryGetValue(body, out List<LockVisit>? visits))
            {
                known[body] = visits = new(1);
            }

            if (visits.Count >= VisitsPerBody || visit.Reach.Depth > DeepestCall || visits.Exists(visit.IsLike))
            {
                continue;
            }

            visits.Add(visit);
            yield return visit;
            foreach (CallEvent call in model.Scope.ResultOf(body).Calls)
            {
                // A contract that speaks of locks is judged at the call; the callee starts with what it says.
                if (model.Scope.Called(call.Target) is { } callee && callee != body && !Contracts.ContractReader.SpeaksOfLocks(call.Contract))
                {
                    foreach (PathState state in call.Before)
                    {
                        queue.Enqueue(visit.Into(model.Scope, call, callee, state));
                    }
                }
            }
        }
    }

    /// <summary>The locks held in a state of the body, outermost first; what may be held too, when that is asked for.</summary>
    public ImmutableArray<Holding> HeldIn(Scope scope, PathState state, bool possibly = false)
    {
        if (Outside.IsEmpty && state.Held.IsEmpty)
        {
            return [];
        }

        // Most rules about locks ask, each at the same places.
        Dictionary<PathState, ImmutableArray<Holding>> known = possibly ? _possibly ??= [] : _held ??= [];
        if (!known.TryGetValue(state, out ImmutableArray<Holding> held))
        {
            known[state] = held = FindHeld(scope, state, possibly);
        }

        return held;
    }

    private ImmutableArray<Holding> FindHeld(Scope scope, PathState state, bool possibly)
    {
        BodyResult result = scope.ResultOf(Reach.Body);
        ImmutableArray<Holding>.Builder held = ImmutableArray.CreateBuilder<Holding>(Outside.Length + state.Held.Count);

        // What the body released, it does not hold any longer, whoever took it.
        foreach (Holding outer in Outside)
        {
            if (!state.Held.TryGetValue(outer.Instance, out int count) || count > 0 || (possibly && count == PathState.UnknownCount))
            {
                held.Add(outer);
            }
        }

        int outside = held.Count;
        foreach (KeyValuePair<string, int> one in state.Held)
        {
            if ((one.Value > 0 || (possibly && one.Value == PathState.UnknownCount))
                && result.Summary.Locks.TryGetValue(one.Key, out LockReference? reference) && state.Acquired.TryGetValue(one.Key, out Acquisition? how))
            {
                CallEvent? at = how.Call == Acquisition.AtEntry ? null : result.CallNumbered(how.Call);
                int place = held.Count;
                while (place > outside && state.Acquired[held[place - 1].Instance].Call > how.Call)
                {
                    place--;
                }

                held.Insert(place, new Holding(Known(reference), one.Key, how.Mode, how.IsTry, at, Reach, at is null ? 0 : Nesting.SubclassOf(at, one.Key)));
            }
        }

        return held.Count == held.Capacity ? held.MoveToImmutable() : held.ToImmutable();
    }

    /// <summary>The lock, by what the caller passed where it is a parameter.</summary>
    public LockReference Known(LockReference reference) =>
        reference.Class is not { Name.Length: > 0 } && Given.TryGetValue(reference.Instance, out LockReference? given) ? given with { Instance = reference.Instance } : reference;

    /// <summary>False for a state that is not reached when the body is entered in this way.</summary>
    public bool IsPossible(PathState state) => Propagation.IsPossible(Reach, state) && (Truths.IsEmpty || AreTrueIn(state));

    private bool AreTrueIn(PathState state) => Truths.All(truth => !state.Facts.TryGetValue(truth.Key, out bool other) || other == truth.Value);

    private bool IsLike(LockVisit other) => Reach.Situation == other.Reach.Situation && Name == other.Name;

    private string Name => _name ??= Outside.IsEmpty && Given.IsEmpty && Truths.IsEmpty ? "||" : string.Join(";", Outside.Select(held => $"{held.Lock.Class?.Name}:{held.Instance}:{held.Mode}"))
        + "|" + string.Join(";", Given.OrderBy(pair => pair.Key, System.StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value.Class?.Name}"))
        + "|" + string.Join(";", Truths.OrderBy(pair => pair.Key, System.StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));

    private LockVisit Into(Scope scope, CallEvent call, Body callee, PathState state)
    {
        Situation situation = Propagation.At(Reach, call, state);
        var reach = new Reach(callee, situation, Reach.Kind, null, Reach, call);
        ImmutableDictionary<string, LockReference> given = ImmutableDictionary<string, LockReference>.Empty;
        ImmutableDictionary<string, bool> truths = ImmutableDictionary<string, bool>.Empty;
        foreach (KeyValuePair<string, Value?> argument in call.Arguments)
        {
            if (argument.Value is { } condition && (state.TruthOf(condition) ?? (Truths.TryGetValue(condition.Text, out bool known) ? known : null)) is { } truth)
            {
                truths = truths.SetItem(Value.OfVariable(argument.Key).Text, truth);
            }

            if (argument.Value is { Member: { } member } value && TypeOf(member) is { } type && scope.Contracts.Locks.Of(member, type) is { } lockClass)
            {
                string parameter = Value.OfVariable(argument.Key).Text;
                given = given.SetItem(parameter, new LockReference(lockClass, parameter, LockPath.DisplayOf(member)));
            }
        }

        return new LockVisit(reach, AsNamedIn(call, state, HeldIn(scope, state)), given, truths);
    }

    private static ImmutableArray<Holding> AsNamedIn(CallEvent call, PathState state, ImmutableArray<Holding> held) =>
        held.IsEmpty ? held : [.. held.Select(one => one with { Instance = Renamed(one.Instance, call, state) })];

    /// <summary>The name that a lock of the caller has in the callee.</summary>
    private static string Renamed(string instance, CallEvent call, PathState state)
    {
        foreach (KeyValuePair<string, Value?> argument in call.Arguments)
        {
            if (argument.Value is { } value && Below(instance, value.Text) is { } rest)
            {
                return Value.OfVariable(argument.Key).Text + rest;
            }
        }

        bool isStatic = call.Target.IsStatic && call.Target.MethodKind != MethodKind.LocalFunction;
        if (!isStatic && call.ReceiverIn(state) is { Text: not "this" } receiver && Below(instance, receiver.Text) is { } own)
        {
            return "this" + own;
        }

        bool sameObject = !isStatic && call.ReceiverIn(state) is null or { Text: "this" };
        bool means = Below(instance, "this") is not null ? sameObject : !instance.Contains("‹") && !instance.Contains("⟦");
        return means ? instance : Foreign + instance;
    }

    private static string? Below(string instance, string owner) =>
        instance == owner ? ""
        : instance.StartsWith(owner, System.StringComparison.Ordinal) && instance[owner.Length] is '.' or '[' ? instance.Substring(owner.Length)
        : null;

    // Nobody calls a body that says nothing: it is taken to run in a task. What it needs masked, its callers mask.
    private static Reach Entered(Scope scope, Reach reach)
    {
        Situation situation = reach.Situation;
        if (situation.Contexts == Context.None && reach.Kind == RootKind.Entry)
        {
            situation = situation with { Contexts = Context.Task };
        }

        Mask needed = reach.Body.Method is { } method ? scope.Contracts.Contracts.Of(method).RequiresMasked : Mask.None;
        situation = situation with { Masked = situation.Masked | needed };
        return situation == reach.Situation ? reach : reach with { Situation = situation };
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}
