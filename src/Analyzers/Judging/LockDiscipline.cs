using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Analyzers.Judging;

/// <summary>A lock that is taken, or tried.</summary>
/// <param name="Call">The call.</param>
/// <param name="Lock">The lock.</param>
/// <param name="Reach">The way there.</param>
internal sealed record LockTaken(CallEvent Call, LockReference Lock, Reach Reach);

/// <summary>A lock, or another of its class, taken again by its holder.</summary>
/// <param name="Again">The second time.</param>
/// <param name="First">The first time.</param>
/// <param name="IsSameObject">False when it is another lock of the class, and nothing says which of the two comes first.</param>
internal sealed record LockTakenTwice(LockTaken Again, Holding First, bool IsSameObject);

/// <summary>A lock held while a handler that waits for it may interrupt.</summary>
/// <param name="Holder">Where it is taken.</param>
/// <param name="Handler">Where the handler waits for it.</param>
/// <param name="Interrupt">The handler's context.</param>
internal sealed record OpenHolding(LockTaken Holder, LockTaken Handler, Context Interrupt);

/// <summary>A ring of lock classes in which each is waited for while the one before is held.</summary>
/// <param name="Kind">Whether an interrupt is part of it.</param>
/// <param name="Steps">The steps; the last place in the source that waits comes first.</param>
internal sealed record LockRing(LockReportKind Kind, ImmutableArray<LockRingStep> Steps);

/// <summary>Locks taken against the declared order: what is held first comes after what is waited for last.</summary>
/// <param name="Declared">What is declared.</param>
/// <param name="Steps">The steps, from what is held.</param>
internal sealed record OrderBreak(string Declared, ImmutableArray<LockRingStep> Steps);

/// <summary>One step of a ring.</summary>
/// <param name="Step">What is held and what is waited for.</param>
/// <param name="Held">Where the one is taken; null when a contract says it is held.</param>
/// <param name="Waiting">Where the other is waited for.</param>
internal sealed record LockRingStep(LockStep Step, LockTaken? Held, LockTaken Waiting);

/// <summary>
/// Tells <see cref="LockDependencies"/> what the bodies of a scope do with locks, and keeps what it says is possible because of it. The contexts
/// in which an NMI is involved are judged by the rules about NMIs.
/// </summary>
internal sealed class LockDiscipline
{
    private const Context Interrupts = Context.SoftIrq | Context.HardIrq | Context.Fiq;
    private readonly ScopeModel _model;
    private readonly LockDependencies _dependencies = new();
    private readonly List<LockTaken> _sites = [];
    private readonly Dictionary<(CallEvent, string?), int> _numbers = [];
    private readonly List<LockReport> _reports = [];
    private readonly Dictionary<CallEvent, LockTakenTwice> _twice = [];
    private readonly HashSet<CallEvent> _broken;
    private readonly List<(LockTaken Taken, LockClassKey Class, LockOpening Opening)> _openings = [];
    private List<OpenHolding>? _open;

    /// <summary>Of a scope.</summary>
    public LockDiscipline(ScopeModel model)
    {
        _model = model;
        _dependencies.Order = model.Scope.Contracts.Locks.Order;

        // What is wrong about a call itself, or about an NMI that shares the lock, is not reported again as what follows from it.
        _broken = [.. model.Breaches.Select(breach => breach.Call), .. SharedLocks.Find(model).Select(shared => shared.Nmi.Call)];
        foreach (LockVisit visit in model.Visits)
        {
            foreach (CallEvent call in model.Scope.ResultOf(visit.Reach.Body).Calls)
            {
                foreach (LockEffect effect in call.Contract.Locks)
                {
                    Learn(visit, call, effect);
                }
            }
        }
    }

    /// <summary>The locks that their holder takes again.</summary>
    public IEnumerable<LockTakenTwice> TakenTwice => _twice.Values;

    /// <summary>The rings.</summary>
    public IEnumerable<LockRing> Rings => _reports.Where(report => report.Ring.Count > 0 && report.Declared is null).Select(Ring);

    /// <summary>The chains of locks that are against the declared order.</summary>
    public IEnumerable<OrderBreak> AgainstOrder =>
        from report in _reports
        where report.Declared is not null
        select new OrderBreak(report.Declared!, [.. report.Ring.Select(step => new LockRingStep(step, SiteAt(step.HeldAt), SiteAt(step.WaitedAt)!))]);

    /// <summary>The holders of a lock that a handler waits for, with that handler's interrupt on; one for each call.</summary>
    public IReadOnlyList<OpenHolding> OpenHoldings => _open ??= FindOpenHoldings();

    /// <summary>The name of a lock class for people.</summary>
    public string DisplayOf(LockClassKey key) => _sites.Find(site => site.Lock.Class?.Name == key.Name)?.Lock.Display ?? $"'{key}'";

    private List<OpenHolding> FindOpenHoldings()
    {
        var found = new List<OpenHolding>();
        foreach ((LockTaken taken, LockClassKey key, LockOpening opening) in _openings)
        {
            if (found.TrueForAll(known => known.Holder.Call != taken.Call)
                && _dependencies.Graph.StepsOf(key, opening).FirstOrDefault(step => step.To == key && step.Hold.Blocks(step.Wait)) is { } step)
            {
                found.Add(new OpenHolding(taken, SiteAt(step.WaitedAt)!, step.Interrupt));
            }
        }

        return found;
    }

    private void Learn(LockVisit visit, CallEvent call, LockEffect effect)
    {
        if (effect.Action is not (LockAction.Acquire or LockAction.Take or LockAction.TryAcquire)
            || (effect.When is not null && effect.When.Holds(call.ConstantOf) != true)
            || !call.Locks.TryGetValue(effect.Lock, out LockReference? named) || visit.Known(named) is not { Class: { } lockClass } reference)
        {
            return;
        }

        bool isTry = effect.Action == LockAction.TryAcquire;
        var taken = new LockTaken(call, reference, visit.Reach);
        foreach (PathState state in call.Before)
        {
            Situation situation = state.Mask.From(visit.Reach.Situation);
            bool inInterrupt = situation.Contexts != Context.None && (situation.Contexts & Context.Task) == 0;
            LockAccess access = AccessOf(effect.Mode);
            ImmutableArray<Holding> held = visit.HeldIn(_model.Scope, state);
            int? subclass = Nesting.SubclassOf(call, effect);
            WaitMode wait = access.Wait(lockClass.Kind, inInterrupt);
            List<Holding> keepingOut = [.. held.Where(outer => AccessOf(outer.Mode).Hold().Blocks(wait))];
            Holding? same = isTry ? null : keepingOut.FindLast(outer => IsSame(outer.Instance, reference.Instance));
            Holding? first = same ?? (isTry || Nesting.IsUnder(call, effect) ? null : keepingOut.FindLast(outer => lockClass.Name.Length > 0 && outer.Lock.Class?.Name == lockClass.Name && outer.Subclass == subclass && subclass is not null));
            if (first is not null)
            {
                if (!_twice.ContainsKey(call))
                {
                    _twice[call] = new LockTakenTwice(taken, first, same is not null);
                }
            }
            else if (lockClass.Name.Length > 0 && subclass is { } level)
            {
                Context context = _broken.Contains(call) ? Context.None : situation.Contexts & Interrupts;
                bool isOneObject = held.All(outer => IsOfThis(outer.Instance)) && IsOfThis(reference.Instance);
                var wanted = new HeldLock(Identity(reference, level, isOneObject), lockClass.Kind, access.Hold(), wait, isTry, SiteOf(taken));
                HeldLock[] outside = [.. held.Where(outer => outer.Lock.Class is { Name.Length: > 0 } && outer.Subclass is not null).Select(outer => Known(outer, isOneObject))];

                // What an operation takes and releases within, it may mask interrupts for itself.
                Context arriving = effect.Action == LockAction.Take ? Context.None : Arriving(call, reference, state, visit);
                _reports.AddRange(_dependencies.Acquire(outside, wanted, context, arriving));
                Note(taken, wanted, outside, arriving);
            }
        }
    }

    private static bool IsSame(string held, string wanted) => held == wanted && !wanted.Contains("*") && !wanted.StartsWith("?", StringComparison.Ordinal);

    private HeldLock Known(Holding held, bool isOneObject)
    {
        LockAccess access = AccessOf(held.Mode);
        LockKind kind = held.Lock.Class!.Kind;
        string site = held.At is null ? "" : SiteOf(new LockTaken(held.At, held.Lock, held.Reach));
        return new HeldLock(Identity(held.Lock with { Instance = held.Instance }, held.Subclass!.Value, isOneObject), kind, access.Hold(), access.Wait(kind, inInterrupt: false), held.IsTry, site);
    }

    // A path through "this" is one lock only beside paths through the same "this": then whoever meets there meets at this lock too.
    private static LockIdentity Identity(LockReference reference, int subclass, bool isOneObject)
    {
        bool isStatic = !reference.Instance.Contains("‹") && !reference.Instance.Contains("⟦") && !reference.Instance.Contains("*")
            && !reference.Instance.StartsWith("?", StringComparison.Ordinal) && !reference.Instance.StartsWith("^", StringComparison.Ordinal) && !reference.Instance.StartsWith("this", StringComparison.Ordinal);
        return new LockIdentity(new LockClassKey(reference.Class!.Name, subclass), reference.Instance, isStatic || isOneObject);
    }

    private static bool IsOfThis(string instance) => instance.StartsWith("this.", StringComparison.Ordinal) && instance.IndexOfAny(['[', '*', '‹', '⟦']) < 0;

    /// <summary>The contexts that are known to be able to interrupt while the lock is held.</summary>
    private static Context Arriving(CallEvent call, LockReference reference, PathState before, LockVisit visit)
    {
        Context arriving = Context.None;
        IEnumerable<PathState> holding = call.After.Where(state => state.IsHeld(reference.Instance)).DefaultIfEmpty(before);
        foreach (MaskState mask in holding.Select(state => state.Mask))
        {
            Situation situation = mask.From(visit.Reach.Situation);
            Mask perhaps = (mask.Irq == MaskLevel.Unknown ? Mask.Irq : Mask.None) | (mask.Daif == MaskLevel.Unknown ? Mask.Daif : Mask.None) | (mask.SoftIrqOff == MaskState.UnknownDepth ? Mask.SoftIrq : Mask.None);
            foreach (Context context in Interrupts.Each())
            {
                if (PreemptionMatrix.MayPreempt(context, situation.Contexts, situation.Masked | perhaps))
                {
                    arriving |= context;
                }
            }
        }

        return arriving;
    }

    private void Note(LockTaken taken, HeldLock wanted, IEnumerable<HeldLock> held, Context arriving)
    {
        if (arriving != Context.None)
        {
            _openings.Add((taken, wanted.Class, new LockOpening(wanted.Hold, arriving, HeldSet.Of(held.Append(wanted)), wanted.Site)));
        }
    }

    private LockRing Ring(LockReport report)
    {
        List<LockRingStep> steps = [.. report.Ring.Select(step => new LockRingStep(step, SiteAt(step.HeldAt), SiteAt(step.WaitedAt)!))];

        // Where the search met the ring first depends on the way through the bodies; where it is reported must not.
        LockRingStep last = steps.OrderBy(step => step.Waiting.Call.Operation.Syntax.SyntaxTree.FilePath, StringComparer.Ordinal).ThenBy(step => step.Waiting.Call.Operation.Syntax.SpanStart).Last();
        int start = steps.IndexOf(last);
        return new LockRing(report.Kind, [.. steps.Skip(start), .. steps.Take(start)]);
    }

    private string SiteOf(LockTaken taken)
    {
        (CallEvent, string?) key = (taken.Call, taken.Lock.Class?.Name);
        if (!_numbers.TryGetValue(key, out int index))
        {
            _numbers[key] = index = _sites.Count;
            _sites.Add(taken);
        }

        return index.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private LockTaken? SiteAt(string site) => site.Length == 0 ? null : _sites[int.Parse(site, System.Globalization.CultureInfo.InvariantCulture)];

    private static LockAccess AccessOf(LockMode mode) => mode switch
    {
        LockMode.Exclusive => LockAccess.Exclusive,
        LockMode.Shared => LockAccess.Read,
        _ => LockAccess.RecursiveRead,
    };
}
