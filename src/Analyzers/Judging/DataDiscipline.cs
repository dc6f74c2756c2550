using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>How an access breaks the contract of its data.</summary>
internal enum DataFault
{
    /// <summary>The lock is not held.</summary>
    NotHeld,

    /// <summary>The lock is held as a reader, and the access writes.</summary>
    HeldShared,

    /// <summary>The lock of another object is held.</summary>
    OtherObject,

    /// <summary>Somebody else owns the data.</summary>
    Foreign,

    /// <summary>It is written after the phase in which it may be.</summary>
    AfterPhase,
}

/// <summary>An access that breaks the contract of its data.</summary>
/// <param name="Access">The access.</param>
/// <param name="Fault">How.</param>
/// <param name="Lock">The lock that is missing, or null.</param>
/// <param name="Instead">The lock that is held instead of it, or null.</param>
/// <param name="Reach">The way there.</param>
internal sealed record DataBreach(DataEvent Access, DataFault Fault, LockReference? Lock, Holding? Instead, Reach Reach)
{
    /// <summary>The missing lock as the contract names it, or null.</summary>
    public string? Expression { get; init; }
}

/// <summary>A call without a lock that must be held for it.</summary>
/// <param name="Call">The call.</param>
/// <param name="Lock">The lock.</param>
/// <param name="IsShared">True when it is held as a reader only.</param>
/// <param name="Reach">The way there.</param>
/// <param name="Expression">The lock as the contract of what is called names it.</param>
internal sealed record MissingLock(CallEvent Call, LockReference Lock, bool IsShared, Reach Reach, string Expression);

/// <summary>
/// Judges accesses to data, and calls that need a lock, on every way in which bodies are entered. An object that is being made, or that the body
/// made and has not handed on, needs no lock.
/// </summary>
internal sealed class DataDiscipline
{
    private readonly ScopeModel _model;
    private readonly Scope _scope;
    private readonly Dictionary<DataEvent, DataBreach> _breaches = [];
    private readonly Dictionary<CallEvent, MissingLock> _missing = [];

    /// <summary>Of a scope.</summary>
    public DataDiscipline(ScopeModel model)
    {
        _model = model;
        _scope = model.Scope;
        foreach (LockVisit visit in model.Visits)
        {
            if (!IsKnown(visit))
            {
                continue;
            }

            BodyResult result = _scope.ResultOf(visit.Reach.Body);
            foreach (DataEvent access in result.Data)
            {
                if (!_breaches.ContainsKey(access) && Judge(visit, access) is { } breach)
                {
                    _breaches[access] = breach;
                }
            }

            foreach (CallEvent call in result.Calls)
            {
                if (RequiresLocks(call) && !_missing.ContainsKey(call) && Judge(visit, call) is { } missing)
                {
                    _missing[call] = missing;
                }
            }
        }
    }

    /// <summary>The accesses that break the contract of their data, in source order.</summary>
    public IEnumerable<DataBreach> Breaches => _breaches.Count == 0 ? [] : _scope.Bodies.SelectMany(body => _scope.ResultOf(body).Data).Where(_breaches.ContainsKey).Select(access => _breaches[access]);

    /// <summary>The calls without a lock that they need, in source order.</summary>
    public IEnumerable<MissingLock> MissingLocks => _missing.Count == 0 ? [] : _scope.Bodies.SelectMany(body => _scope.ResultOf(body).Calls).Where(_missing.ContainsKey).Select(call => _missing[call]);

    // Of a body that says nothing, and that its callers or something unknown enter, only the callers know what is held.
    private bool IsKnown(LockVisit visit) =>
        visit.Reach is not { Kind: RootKind.Undeclared, Caller: null }
        || (visit.Reach.Body.Method is { } method && ContractReader.SpeaksOfLocks(_scope.Contracts.Contracts.Of(method)))
        || visit.Reach.Body.Method is { MethodKind: MethodKind.Constructor or MethodKind.StaticConstructor or MethodKind.Destructor };

    private static bool RequiresLocks(CallEvent call)
    {
        foreach (LockEffect effect in call.Contract.Locks)
        {
            if (effect.Action == LockAction.RequireHeld)
            {
                return true;
            }
        }

        return false;
    }

    private DataBreach? Judge(LockVisit visit, DataEvent access)
    {
        foreach (DataVisit at in access.Visits)
        {
            if (!visit.IsPossible(at.State) || IsUnpublished(visit, access, at))
            {
                continue;
            }

            // A marked read says that its author knows about writers.
            if (access.Contract.IsGuarded && !(access.Marked && !access.Writes) && Missing(visit, access, at) is { } breach)
            {
                return breach;
            }

            if (access.Contract.IsForeign(Propagation.At(visit.Reach, _scope.ResultOf(visit.Reach.Body).Summary.LockKinds, at.State)) && !(access.Marked && !access.Writes))
            {
                return new DataBreach(access, DataFault.Foreign, null, null, visit.Reach);
            }

            if (access.Writes && access.Contract.Phase is { } phase && !access.Contract.IsGuarded && !IsIn(phase, visit.Reach))
            {
                return new DataBreach(access, DataFault.AfterPhase, null, null, visit.Reach);
            }
        }

        return null;
    }

    private DataBreach? Missing(LockVisit visit, DataEvent access, DataVisit at)
    {
        Holding? instead = null;
        LockHold hold = LockHold.Unknown;
        string? missing = access.Contract.Missing(access.Writes, Holds);
        return missing is null
            ? null
            : new DataBreach(
                access,
                hold == LockHold.Shared ? DataFault.HeldShared : instead is not null ? DataFault.OtherObject : DataFault.NotHeld,
                at.Locks[missing],
                instead,
                visit.Reach) { Expression = missing };

        LockHold Holds(string expression)
        {
            LockReference wanted = at.Locks[expression];
            hold = HeldLocks.Of(_scope, visit, at.State, wanted, out Holding? other);
            instead = other;

            // Readers of a sequence lock look before and after, and hold nothing.
            return hold == LockHold.No && !access.Writes && wanted.Class?.Kind == LockKind.Sequence ? LockHold.Unknown : hold;
        }
    }

    private static MissingLock? JudgeOne(Scope scope, LockVisit visit, CallEvent call, LockEffect effect)
    {
        foreach (PathState state in call.Before.Where(visit.IsPossible))
        {
            if (call.LockIn(state, effect.Lock) is not { } wanted)
            {
                continue;
            }

            LockHold hold = HeldLocks.Of(scope, visit, state, wanted, out _);
            if (hold == LockHold.No || (hold == LockHold.Shared && effect.Mode == LockMode.Exclusive))
            {
                return new MissingLock(call, visit.Known(wanted), hold == LockHold.Shared, visit.Reach, effect.Lock);
            }
        }

        return null;
    }

    private MissingLock? Judge(LockVisit visit, CallEvent call)
    {
        if (IsNew(visit, call.Receiver, call.Before))
        {
            return null;
        }

        foreach (LockEffect effect in call.Contract.Locks)
        {
            if (effect.Action == LockAction.RequireHeld && JudgeOne(_scope, visit, call, effect) is { } missing)
            {
                return missing;
            }
        }

        return null;
    }

    /// <summary>True when the lock that the data needs, or another, is held on some way to the access, for all that is known: to take it there might be to take it twice, or in a new order.</summary>
    public bool MayHold(DataEvent access, string expression) => Ways(access.Body).Any(visit => access.Visits.Any(at =>
        visit.IsPossible(at.State) && at.Locks.TryGetValue(expression, out LockReference? wanted) && MayHold(visit, at.State, wanted)));

    /// <summary>The same for the lock that a call needs.</summary>
    public bool MayHold(CallEvent call, string expression) => Ways(call.Body).Any(visit =>
        call.Before.Any(state => call.LockIn(state, expression) is { } wanted && visit.IsPossible(state) && MayHold(visit, state, wanted)));

    private bool MayHold(LockVisit visit, PathState state, LockReference wanted) =>
        HeldLocks.Of(_scope, visit, state, wanted, out _) != LockHold.No
        || visit.HeldIn(_scope, state).Any(held => held.Lock.Class is not { Kind: LockKind.Scope or LockKind.Rcu or LockKind.RcuSched or LockKind.Srcu });

    private IEnumerable<LockVisit> Ways(Body body) => _model.Visits.Where(visit => visit.Reach.Body == body && IsKnown(visit));

    /// <summary>True where the data belongs to an object that nobody else knows yet.</summary>
    public static bool IsUnpublished(LockVisit visit, DataEvent access, DataVisit at)
    {
        if (access.Member.IsStatic)
        {
            return visit.Reach.Root.Body is { Owner: IFieldSymbol { IsStatic: true } or IPropertySymbol { IsStatic: true } or IMethodSymbol { MethodKind: MethodKind.StaticConstructor } };
        }

        return IsNew(visit, at.Owner, [at.State]);
    }

    private static bool IsNew(LockVisit visit, Value? owner, IEnumerable<PathState> states) => owner switch
    {
        { Text: "this" } => IsBeingMade(visit.Reach),
        { IsNew: true } => states.All(state => state.TruthOf(Value.OfTerm(Transfer.HandedOn(owner))) != true),
        _ => false,
    };

    /// <summary>A constructor or finaliser, or what it calls on the object it runs for.</summary>
    public static bool IsBeingMade(Reach reach) => reach.Caller is { } caller && reach.Body.Method is not { MethodKind: MethodKind.Constructor }
        ? reach.Call!.Receiver is null or { Text: "this" } && !reach.Call.Target.IsStatic && IsBeingMade(caller)
        : !reach.Body.IsNested && reach.Body.Method is null or { MethodKind: MethodKind.Constructor or MethodKind.Destructor } && !reach.Body.Owner.IsStatic;

    private bool IsIn(string phase, Reach reach) =>
        reach.Way.Any(step => step.Body.Method is { } method && _scope.Contracts.Contracts.Of(method).Phase == phase);
}
