using System.Collections.Generic;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Contracts;
using Scope = IrqSafety.Analyzers.Flow.Scope;

namespace IrqSafety.Analyzers.Judging;

/// <summary>Everything known about a scope, worked out once and read by every rule.</summary>
internal sealed class ScopeModel
{
    private IReadOnlyList<Reach>? _reaches;
    private IReadOnlyList<CallBreach>? _breaches;
    private ProtocolTrace? _traced;
    private IReadOnlyList<LockVisit>? _visits;
    private IReadOnlyList<LockMoment>? _moments;
    private LockDiscipline? _locks;
    private DataDiscipline? _data;
    private IReadOnlyList<StaleUse>? _stale;
    private IReadOnlyList<SharedField>? _sharedFields;
    private IReadOnlyList<UndeclaredGuard>? _undeclared;
    private HiddenLocks? _hidden;
    private LockDiscipline? _possible;
    private LineFlavours? _flavours;
    private OrderDiscipline? _order;

    /// <summary>Of a scope.</summary>
    public ScopeModel(Scope scope) => Scope = scope;

    /// <summary>The bodies.</summary>
    public Scope Scope { get; }

    /// <summary>The ways in which they are reached, shortest first.</summary>
    public IReadOnlyList<Reach> Reaches => _reaches ??= Propagation.Run(Scope);

    /// <summary>The calls that break a law where they are reached.</summary>
    public IReadOnlyList<CallBreach> Breaches => _breaches ??= Judgement.Run(Scope, Reaches);

    /// <summary>The steps that break a protocol of one call.</summary>
    public IReadOnlyCollection<TracedStep> TracedSteps => Traced.Broken;

    /// <summary>The bodies in which protocols of one call run, followed from where they begin.</summary>
    public ProtocolTrace Traced => _traced ??= ProtocolTrace.Run(Scope);

    /// <summary>The bodies once more, with what their callers hold.</summary>
    public IReadOnlyList<LockVisit> Visits => _visits ??= [.. LockVisit.All(this)];

    /// <summary>Every effect on a lock, with what is held there.</summary>
    public IReadOnlyList<LockMoment> LockMoments => _moments ??= [.. LockMoment.All(this)];

    /// <summary>The locks that nobody outside can hold.</summary>
    public HiddenLocks Hidden => _hidden ??= new HiddenLocks(Scope);

    /// <summary>What the bodies together do with locks.</summary>
    public LockDiscipline Locks => _locks ??= new LockDiscipline(this);

    /// <summary>The same, counting what may be held as held.</summary>
    public LockDiscipline PossibleLocks => _possible ??= new LockDiscipline(this, possibly: true);

    /// <summary>What the bodies do to data that has a contract.</summary>
    public DataDiscipline Data => _data ??= new DataDiscipline(this);

    /// <summary>The accesses that rest on what may have changed under their lock.</summary>
    public IReadOnlyList<StaleUse> StaleUses => _stale ??= [.. Judging.StaleUses.Find(Scope)];

    /// <summary>The plain fields that a handler and what it interrupts touch with nothing between them.</summary>
    public IReadOnlyList<SharedField> SharedFields => _sharedFields ??= [.. Judging.SharedFields.Find(this)];

    /// <summary>The fields that are touched under one lock only and do not say so.</summary>
    public IReadOnlyList<UndeclaredGuard> UndeclaredGuards => _undeclared ??= [.. Judging.UndeclaredGuards.Find(this)];

    /// <summary>What the bodies together do with interrupt lines.</summary>
    public LineFlavours Lines => _flavours ??= new LineFlavours(Scope);

    /// <summary>The places where steps are out of order.</summary>
    public OrderDiscipline Order => _order ??= new OrderDiscipline(Scope);

    /// <summary>The contexts in which a body runs; none when that is not known of every way to it. An NMI is always told.</summary>
    public Context ContextsOf(Body body)
    {
        Context all = Context.None;
        bool isKnown = true;
        foreach (Reach reach in Reaches)
        {
            if (reach.Body == body)
            {
                all |= reach.Situation.Contexts;
                isKnown &= reach.Situation.Contexts != Context.None;
            }
        }

        return isKnown || (all & Context.AnyNmi) != 0 ? all : Context.None;
    }

    /// <summary>The calls of all bodies, in source order.</summary>
    public IEnumerable<CallEvent> Calls
    {
        get
        {
            foreach (Body body in Scope.Bodies)
            {
                foreach (CallEvent call in Scope.ResultOf(body).Calls)
                {
                    yield return call;
                }
            }
        }
    }
}
