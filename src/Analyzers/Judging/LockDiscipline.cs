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
/// <param name="Kind">Which of the two, and whether the first hold is a reader's.</param>
/// <param name="Again">The second time.</param>
/// <param name="First">The first time.</param>
internal sealed record LockTakenTwice(LockReportKind Kind, LockTaken Again, Holding First);

/// <summary>A lock held while a handler that waits for it may interrupt.</summary>
/// <param name="Holder">Where it is taken, or where the interrupt is let in while it is held.</param>
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
/// Tells <see cref="LockDependencies"/> what the bodies of a scope do with locks, and keeps what it says is possible because of it.
/// </summary>
internal sealed class LockDiscipline
{
    // What masking interrupts holds off. NMIs are followed too, but a lock they share with what they interrupt is found by the rules about NMIs.
    private const Context Ordinary = Context.SoftIrq | Context.HardIrq | Context.Fiq;
    private const Context Interrupts = Ordinary | Context.AnyNmi;
    private static readonly Context[] s_interrupts = [.. Interrupts.Each()];
    private static readonly char[] s_notStatic = ['*', '‹', '⟦'];
    private static readonly char[] s_notOfThis = ['[', '*', '‹', '⟦'];
    private readonly ScopeModel _model;
    private readonly bool _possibly;
    private readonly LockDependencies _dependencies = new();
    private readonly List<LockTaken> _sites = [];
    private readonly Dictionary<(CallEvent, string?), int> _numbers = [];
    private readonly List<LockReport> _reports = [];
    private readonly Dictionary<CallEvent, LockTakenTwice> _twice = [];
    private readonly HashSet<CallEvent> _broken;
    private readonly HashSet<string> _sharedWithNmi;
    private readonly List<(LockTaken Taken, LockClassKey Class, LockOpening Opening)> _openings = [];
    private readonly Dictionary<CallEvent, Context> _opened = [];
    private List<OpenHolding>? _open;

    /// <summary>Of a scope.</summary>
    /// <param name="model">The scope.</param>
    /// <param name="possibly">True to count what may be held as held.</param>
    public LockDiscipline(ScopeModel model, bool possibly = false)
    {
        _model = model;
        _dependencies.Order = model.Scope.Contracts.Locks.Order;
        _possibly = possibly;

        // What is wrong about a call itself, or about an NMI that shares the lock, is not reported again as what follows from it.
        List<SharedLock> shared = [.. SharedLocks.Find(model)];
        _broken = [.. model.Breaches.Select(breach => breach.Call), .. shared.Select(one => one.Nmi.Call)];
        _sharedWithNmi = [.. shared.Select(one => one.Nmi.Lock.Class!.Name)];
        foreach (LockMoment moment in possibly ? LockMoment.All(model, possibly) : model.LockMoments)
        {
            if (moment.Takes)
            {
                Learn(moment);
            }
        }

        // Of a body of the scope its own calls tell.
        foreach (LockMoment moment in LockMoment.InOrder(model, possibly))
        {
            if (moment.Takes && model.Scope.Find(moment.Call.Target) is null)
            {
                Learn(moment);
            }
        }

        foreach (LockVisit visit in model.Visits)
        {
            // What a body of the scope lets in is found in that body.
            foreach (CallEvent call in model.Scope.ResultOf(visit.Reach.Body).Calls)
            {
                if (MayLetIn(call) && model.Scope.Find(call.Target) is null)
                {
                    LetIn(visit, call);
                }
            }
        }
    }

    /// <summary>The locks that their holder takes again.</summary>
    public IEnumerable<LockTakenTwice> TakenTwice => _twice.Values;

    /// <summary>The rings.</summary>
    public IEnumerable<LockRing> Rings => _reports.Where(report => report.Ring.Count > 0 && report.Declared is null && !IsByNmi(report)).Select(Ring);

    /// <summary>The chains of locks that are against the declared order.</summary>
    public IEnumerable<OrderBreak> AgainstOrder =>
        from report in _reports
        where report.Declared is not null
        select new OrderBreak(report.Declared!, [.. report.Ring.Select(step => new LockRingStep(step, SiteAt(step.HeldAt), SiteAt(step.WaitedAt)!))]);

    /// <summary>The holders of a lock that a handler waits for, with that handler's interrupt on; one for each call.</summary>
    public IReadOnlyList<OpenHolding> OpenHoldings => _open ??= FindOpenHoldings();

    /// <summary>The name of a lock class for people.</summary>
    public string DisplayOf(LockClassKey key) => _sites.Find(site => site.Lock.Class?.Name == key.Name)?.Lock.Display ?? $"'{key}'";

    // What an NMI shares with the code it interrupts is found already, and a ring through it is a consequence.
    private bool IsByNmi(LockReport report) => report.Ring.FirstOrDefault(step => step.Interrupt != Context.None) is { } interrupt
        && (interrupt.Interrupt & Ordinary) == 0 && (report.Ring.Count == 1 || report.Ring.Any(step => _sharedWithNmi.Contains(step.From.Name)));

    private List<OpenHolding> FindOpenHoldings()
    {
        var found = new List<OpenHolding>();
        var known = new HashSet<CallEvent>();
        foreach ((LockTaken taken, LockClassKey key, LockOpening opening) in _openings)
        {
            if (!known.Contains(taken.Call)
                && _dependencies.Graph.StepsOf(key, opening with { To = opening.To & Ordinary }).FirstOrDefault(step => step.To == key && step.Hold.Blocks(step.Wait)) is { } step)
            {
                known.Add(taken.Call);
                found.Add(new OpenHolding(taken, SiteAt(step.WaitedAt)!, step.Interrupt));
            }
        }

        return found;
    }

    private void Learn(LockMoment moment)
    {
        LockTaken taken = moment.Taken;
        LockClass lockClass = moment.Lock.Class!;
        int? subclass = Nesting.SubclassOf(moment.Call, moment.Effect);
        if (!moment.IsTry && !moment.Held.IsEmpty && KeptUpBy(moment, subclass) is { } first)
        {
            if (!_twice.ContainsKey(moment.Call))
            {
                _twice[moment.Call] = first;
            }
        }
        else if (lockClass.Name.Length > 0 && subclass is { } level)
        {
            HeldLock? nest = null;
            Context context = _broken.Contains(moment.Call) ? Context.None : moment.Situation.Contexts & Interrupts;
            bool isOneObject = IsOfThis(moment.Lock.Instance) && AreOfThis(moment.Held);
            var wanted = new HeldLock(Identity(lockClass.Name, moment.Lock.Instance, level, isOneObject), lockClass.Kind, LockMoment.Access(moment.Effect.Mode).Hold(), moment.Wait, moment.IsTry, SiteOf(taken));
            HeldLock[] outside = moment.Held.IsEmpty ? [] : Outside(moment, isOneObject, out nest);

            // What an operation takes and releases within, it may mask interrupts for itself.
            Context arriving = moment.Effect.Action == LockAction.Take ? Context.None : Arriving(moment.Call, moment.Lock, moment.State, moment.Visit);
            _reports.AddRange(_dependencies.Acquire(LockNesting.OrderedBefore(outside, wanted, nest), wanted, context, arriving));
            if (arriving != Context.None)
            {
                Note(taken, wanted, [.. outside, wanted], arriving);
            }
        }
    }

    // What is held around it, and which of that is the nest lock that it names.
    private HeldLock[] Outside(LockMoment moment, bool isOneObject, out HeldLock? nest)
    {
        nest = null;
        Holding? named = moment.Nest;
        List<HeldLock> outside = new(moment.Held.Length);
        foreach (Holding outer in moment.Held)
        {
            if (IsOfKnownClass(outer) && !IsUnderSameTicket(named, outer))
            {
                HeldLock known = Known(outer, isOneObject);
                nest ??= outer == named ? known : null;
                outside.Add(known);
            }
        }

        return [.. outside];
    }

    /// <summary>What is held that keeps up the lock's own holder.</summary>
    private static LockTakenTwice? KeptUpBy(LockMoment moment, int? subclass)
    {
        WaitMode wait = moment.Wait;
        List<Holding> keepingOut = [.. moment.Held.Where(outer => LockMoment.Access(outer.Mode).Hold().Blocks(wait))];
        Holding? same = keepingOut.FindLast(outer => LockMoment.IsSame(outer.Instance, moment.Lock.Instance));
        if (same is not null)
        {
            // Between tickets the result tells what is held already, and who gives way. Of the tickets themselves their own rule speaks.
            bool isTold = moment.Lock.Class!.Kind == LockKind.WoundWait && Nesting.IsUnder(moment.Call, moment.Effect) && same.At is { } at && Nesting.LockOf(at, same.Instance) is not null;
            return isTold || moment.Lock.Class!.Kind == LockKind.Ticket
                ? null
                : new LockTakenTwice(LockMoment.Access(same.Mode).Hold() == HoldMode.Shared ? LockReportKind.ReaderRecursion : LockReportKind.Recursion, moment.Taken, same);
        }

        // A nest lock is responsible for what is taken inside it, not for what was held before.
        Holding? nest = moment.Nest;
        if (subclass is null || moment.Lock.Class!.Name.Length == 0 || (nest is null && Nesting.IsUnder(moment.Call, moment.Effect)))
        {
            return null;
        }

        int inside = nest is null ? moment.Held.Length : moment.Held.IndexOf(nest);
        Holding? other = keepingOut.FindLast(outer => outer.Lock.Class?.Name == moment.Lock.Class.Name && outer.Subclass == subclass && moment.Held.IndexOf(outer) < inside);
        return other is null ? null : new LockTakenTwice(LockReportKind.ClassNesting, moment.Taken, other);
    }

    // What one ticket holds, it may take in any order.
    private static bool IsUnderSameTicket(Holding? nest, Holding outer) =>
        nest is { Lock.Class.Kind: LockKind.Ticket } ticket && outer.At is { } at && Nesting.LockOf(at, outer.Instance)?.Text == ticket.Instance;

    // A mask is lowered while something is held. That a release lowers it too far is a matter of its flavour.
    private static bool MayLetIn(CallEvent call)
    {
        if (call.Contract.Disposes)
        {
            return false;
        }

        foreach (LockEffect effect in call.Contract.Locks)
        {
            if (effect.Action == LockAction.Release)
            {
                return false;
            }
        }

        return true;
    }

    private void LetIn(LockVisit visit, CallEvent call)
    {
        foreach (PathState state in call.After)
        {
            if (!WasSoBefore(call, state.Mask) && visit.HeldIn(_model.Scope, state) is { IsEmpty: false } held)
            {
                LetIn(visit, call, state.Mask, [.. held.Where(IsOfKnownClass)]);
            }
        }
    }

    private void LetIn(LockVisit visit, CallEvent call, MaskState mask, List<Holding> held)
    {
        Context more = held.Count == 0 ? Context.None : Arriving(mask, visit) & ~call.Before.Aggregate(Interrupts, (all, before) => all & Arriving(before.Mask, visit));
        bool isOneObject = held.TrueForAll(static one => IsOfThis(one.Instance));
        HeldLock[] all = more == Context.None ? [] : [.. held.Select(one => Known(one, isOneObject))];
        for (int index = 0; index < all.Length; index++)
        {
            // What was taken with the interrupt on is found there.
            Context arriving = held[index].At is { } at && _opened.TryGetValue(at, out Context known) ? more & ~known : more;
            if (arriving != Context.None)
            {
                var taken = new LockTaken(call, held[index].Lock, visit.Reach);
                HeldLock open = all[index] with { Site = SiteOf(taken) };
                _reports.AddRange(_dependencies.Open(all, open, arriving, open.Site));
                Note(taken, open, [.. all, open], arriving);
            }
        }
    }

    private static bool WasSoBefore(CallEvent call, MaskState mask)
    {
        foreach (PathState before in call.Before)
        {
            if (before.Mask == mask)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfKnownClass(Holding held) => held.Lock.Class is { Name.Length: > 0, Kind: not LockKind.Scope } && held.Subclass is not null;

    private HeldLock Known(Holding held, bool isOneObject)
    {
        LockAccess access = LockMoment.Access(held.Mode);
        LockKind kind = held.Lock.Class!.Kind;
        string site = held.At is null ? "" : SiteOf(new LockTaken(held.At, held.Lock, held.Reach));
        return new HeldLock(Identity(held.Lock.Class.Name, held.Instance, held.Subclass!.Value, isOneObject), kind, access.Hold(), access.Wait(kind, inInterrupt: false), held.IsTry, site);
    }

    // A path through "this" is one lock only beside paths through the same "this": then whoever meets there meets at this lock too.
    private static LockIdentity Identity(string name, string instance, int subclass, bool isOneObject) =>
        new(new LockClassKey(name, subclass), instance, isOneObject || IsStatic(instance));

    private static bool IsStatic(string instance) =>
        instance.IndexOfAny(s_notStatic) < 0 && (instance.Length == 0 || instance[0] is not ('?' or '^')) && !instance.StartsWith("this", StringComparison.Ordinal);

    private static bool IsOfThis(string instance) => instance.StartsWith("this.", StringComparison.Ordinal) && instance.IndexOfAny(s_notOfThis) < 0;

    private static bool AreOfThis(ImmutableArray<Holding> held)
    {
        foreach (Holding one in held)
        {
            if (!IsOfThis(one.Instance))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The contexts that are known to be able to interrupt while the lock is held.</summary>
    private static Context Arriving(CallEvent call, LockReference reference, PathState before, LockVisit visit)
    {
        Context arriving = Context.None;
        bool isHeldAfter = false;
        foreach (PathState state in call.After)
        {
            if (state.IsHeld(reference.Instance))
            {
                isHeldAfter = true;
                arriving |= Arriving(state.Mask, visit);
            }
        }

        return isHeldAfter ? arriving : Arriving(before.Mask, visit);
    }

    private static Context Arriving(MaskState mask, LockVisit visit)
    {
        Context arriving = Context.None;
        Situation situation = mask.From(visit.Reach.Situation);
        Mask perhaps = (mask.Irq == MaskLevel.Unknown ? Mask.Irq : Mask.None) | (mask.Daif == MaskLevel.Unknown ? Mask.Daif : Mask.None) | (mask.SoftIrqOff == MaskState.UnknownDepth ? Mask.SoftIrq : Mask.None);
        foreach (Context context in s_interrupts)
        {
            if (PreemptionMatrix.MayPreempt(context, situation.Contexts, situation.Masked | perhaps))
            {
                arriving |= context;
            }
        }

        return arriving;
    }

    private void Note(LockTaken taken, HeldLock wanted, HeldLock[] held, Context arriving)
    {
        _openings.Add((taken, wanted.Class, new LockOpening(wanted.Hold, arriving, HeldSet.Of(held), wanted.Site)));
        _opened[taken.Call] = arriving | (_opened.TryGetValue(taken.Call, out Context known) ? known : Context.None);
    }

    private LockRing Ring(LockReport report)
    {
        List<LockRingStep> steps = [.. report.Ring.Select(step => new LockRingStep(step, SiteAt(step.HeldAt), SiteAt(step.WaitedAt)!))];

        // Where the search met the ring first depends on the way through the bodies; where it is reported must not.
        LockRingStep last = steps.InSourceOrder(step => step.Waiting.Call).Last();
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
}
