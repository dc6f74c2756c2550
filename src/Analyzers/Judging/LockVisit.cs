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

    private readonly Dictionary<PathState, ImmutableArray<Holding>> _held = [];
    private readonly Dictionary<PathState, ImmutableArray<Holding>> _possibly = [];

    // Marks a name that means something else in the body than where it comes from.
    private const string Foreign = "^";

    /// <summary>Every visit, callers before callees, from each body that is entered from outside.</summary>
    public static IEnumerable<LockVisit> All(ScopeModel model)
    {
        var seen = new HashSet<(Body, Situation, string)>();
        var counts = new Dictionary<Body, int>();
        var queue = new Queue<LockVisit>(model.Reaches
            .Where(reach => reach.Caller is null && reach.Kind != RootKind.Promised)
            .Select(reach => new LockVisit(Entered(model.Scope, reach), [], ImmutableDictionary<string, LockReference>.Empty, ImmutableDictionary<string, bool>.Empty)));
        while (queue.Count > 0)
        {
            LockVisit visit = queue.Dequeue();
            Body body = visit.Reach.Body;
            counts.TryGetValue(body, out int count);
            if (count >= VisitsPerBody || visit.Reach.Depth > DeepestCall || !seen.Add((body, visit.Reach.Situation, visit.Name)))
            {
                continue;
            }

            counts[body] = count + 1;
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
        Dictionary<PathState, ImmutableArray<Holding>> known = possibly ? _possibly : _held;
        if (!known.TryGetValue(state, out ImmutableArray<Holding> held))
        {
            known[state] = held = FindHeld(scope, state, possibly);
        }

        return held;
    }

    private ImmutableArray<Holding> FindHeld(Scope scope, PathState state, bool possibly)
    {
        BodyResult result = scope.ResultOf(Reach.Body);
        ImmutableArray<Holding>.Builder held = ImmutableArray.CreateBuilder<Holding>();

        // What the body released, it does not hold any longer, whoever took it.
        held.AddRange(Outside.Where(outer => !state.Held.TryGetValue(outer.Instance, out int count) || count > 0 || (possibly && count == PathState.UnknownCount)));
        IEnumerable<string> holding = possibly ? state.Held.Keys.Where(state.MayBeHeld) : state.HeldNow;
        foreach (string instance in holding.OrderBy(held => state.Acquired.TryGetValue(held, out Acquisition? taken) ? taken.Call : Acquisition.AtEntry))
        {
            if (result.Summary.Locks.TryGetValue(instance, out LockReference? reference) && state.Acquired.TryGetValue(instance, out Acquisition? how))
            {
                CallEvent? at = how.Call == Acquisition.AtEntry ? null : result.CallNumbered(how.Call);
                held.Add(new Holding(Known(reference), instance, how.Mode, how.IsTry, at, Reach, at is null ? 0 : Nesting.SubclassOf(at, instance)));
            }
        }

        return held.ToImmutable();
    }

    /// <summary>The lock, by what the caller passed where it is a parameter.</summary>
    public LockReference Known(LockReference reference) =>
        reference.Class is not { Name.Length: > 0 } && Given.TryGetValue(reference.Instance, out LockReference? given) ? given with { Instance = reference.Instance } : reference;

    /// <summary>False for a state that is not reached when the body is entered in this way.</summary>
    public bool IsPossible(PathState state) => Propagation.IsPossible(Reach, state) && Truths.All(truth => !state.Facts.TryGetValue(truth.Key, out bool other) || other == truth.Value);

    private string Name => Outside.IsEmpty && Given.IsEmpty && Truths.IsEmpty ? "||" : string.Join(";", Outside.Select(held => $"{held.Lock.Class?.Name}:{held.Instance}:{held.Mode}"))
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

        return new LockVisit(reach, [.. HeldIn(scope, state).Select(held => held with { Instance = Renamed(held.Instance, call, state) })], given, truths);
    }

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
        return reach with { Situation = situation with { Masked = situation.Masked | needed } };
    }

    private static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => null,
    };
}
