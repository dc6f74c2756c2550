using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>What all calls of a body have in common.</summary>
/// <param name="body">The body.</param>
/// <param name="unknown">The calls in it of which nothing is known.</param>
internal sealed class CallsOfBody(Body body, IReadOnlyList<UnknownCall> unknown)
{
    private Dictionary<string, LockKind>? _kinds;

    /// <summary>The body they stand in.</summary>
    public Body Body => body;

    /// <summary>The calls in it of which nothing is known.</summary>
    public IReadOnlyList<UnknownCall> Unknown => unknown;

    /// <summary>The kinds of the locks that the body names, by instance.</summary>
    public IReadOnlyDictionary<string, LockKind> HeldKinds => _kinds ?? (IReadOnlyDictionary<string, LockKind>)ImmutableDictionary<string, LockKind>.Empty;

    /// <summary>A lock is named.</summary>
    public void Naming(string instance, LockKind kind) => (_kinds ??= [])[instance] = kind;
}

/// <summary>A call of a contracted operation or of a body of the scope, with everything known where it stands.</summary>
internal sealed class CallEvent(CallsOfBody shared, OperationPlace operation, int number, CalledMethod method)
{
    // Most calls are reached in one state and by no assumption.
    private PathState[] _before = [];
    private PathState[] _after = [];
    private CallNames _names = CallNames.None;
    private Seldom? _seldom;

    /// <summary>The body it stands in.</summary>
    public Body Body => shared.Body;

    /// <summary>The call.</summary>
    public OperationPlace Operation => operation;

    /// <summary>Its number in the body, by which states name it.</summary>
    public int Number => number;

    /// <summary>What is called, as declared.</summary>
    public IMethodSymbol Target => method.Definition;

    /// <summary>Its contract.</summary>
    public OperationContract Contract => method.Contract;

    /// <summary>True when what is returned is written nowhere.</summary>
    public bool IsResultDiscarded => Operation.IsDiscarded;

    /// <summary>The states in which it is reached, one for each class of paths.</summary>
    public IReadOnlyList<PathState> Before => _before;

    /// <summary>The states after it.</summary>
    public IReadOnlyList<PathState> After => _after;

    /// <summary>The values of the arguments, by parameter, where all paths agree.</summary>
    public CallArguments Arguments { get; private set; } = CallArguments.None;

    /// <summary>The object it is called on; null for a static one, where it is not known, and where it differs between paths.</summary>
    public Value? Receiver => NamesIn is null ? _names.Receiver : null;

    /// <summary>The locks its contract names, by lock expression; on the first path, where they differ.</summary>
    public NamedLocks Locks => _names.Locks;

    /// <summary>The kinds of the locks that may be held here, by instance.</summary>
    public IReadOnlyDictionary<string, LockKind> HeldKinds => shared.HeldKinds;

    /// <summary>Steps of protocols.</summary>
    public IReadOnlyList<ProtocolStep> Steps => _seldom?.Steps ?? (IReadOnlyList<ProtocolStep>)[];

    /// <summary>What it leaves masked and unmasked, where it writes a constant to a mask register.</summary>
    public MaskState? WrittenMask
    {
        get => _seldom?.WrittenMask;
        set => More.WrittenMask = value;
    }

    /// <summary>How it restores a saved mask that is not its turn, and the call that saved the innermost one that is still to be restored; null when it does not.</summary>
    public (MisplacedRestore How, int? Innermost)? Misplaced
    {
        get => _seldom?.Misplaced;
        set => More.Misplaced = value;
    }

    /// <summary>Guards that it ends although they have ended, or although their lock was released otherwise.</summary>
    public IReadOnlyList<EndedGuard> EndedAgain => _seldom?.EndedAgain ?? (IReadOnlyList<EndedGuard>)[];

    /// <summary>The operation as a person names it.</summary>
    public string Name => NameOf(Target);

    /// <summary>The constant of an argument as conditions write it; null when it is not known.</summary>
    public string? ConstantOf(string parameter) => Arguments.TryGetValue(parameter, out Value? value) ? value?.AsCondition : null;

    /// <summary>The number that an argument is or wraps; null when it is not known.</summary>
    public long? NumberOf(string parameter) => Arguments.TryGetValue(parameter, out Value? value) ? value?.Number : null;

    /// <summary>The constraint that its arguments break, or null.</summary>
    public ArgumentConstraint? Refused() => Contract.Arguments.Count == 0 ? null : Contract.Refused(NumberOf, ConstantOf);

    /// <summary>A member as a person names it: <c>RawSpinLock.Acquire</c>.</summary>
    public static string NameOf(IMethodSymbol method) => method.MethodKind switch
    {
        MethodKind.LocalFunction => method.Name,
        MethodKind.Constructor => $"new {method.ContainingType.Name}",
        MethodKind.DelegateInvoke => method.ContainingType.Name,
        _ => $"{method.ContainingType?.Name}.{Body.MemberName(method)}",
    };

    /// <summary>The states in which it is reached by assumption only.</summary>
    public IReadOnlyList<PathState> MayBefore => _seldom?.MayBefore ?? [];

    /// <summary>The calls before this one of which nothing is known, so that they were taken to change nothing.</summary>
    public IEnumerable<UnknownCall> Assumed => shared.Unknown.Where(call => call.Operation.Syntax.SpanStart < Operation.Syntax.SpanStart);

    /// <summary>The object it is called on in one of the states in which it is reached: <c>first</c> may be another one on each path.</summary>
    public Value? ReceiverIn(PathState before) => NamesOn(before).Receiver;

    /// <summary>The lock that an expression of its contract names in one of the states in which it is reached; null when it names none.</summary>
    public LockReference? LockIn(PathState before, string expression) => NamesOn(before).Locks.TryGetValue(expression, out LockReference? reference) ? reference : null;

    /// <summary>Every lock that an expression of its contract names on some path.</summary>
    public IEnumerable<LockReference> LocksNamed(string expression) => NamesIn is not { } byState
        ? _names.Locks.TryGetValue(expression, out LockReference? only) ? [only] : []
        : from names in byState.Values.Distinct()
          let named = names.Locks.TryGetValue(expression, out LockReference? one) ? one : null
          where named is not null
          select named;

    /// <summary>Every lock that its contract names on some path.</summary>
    public IEnumerable<LockReference> AllLocks => NamesIn is not { } byState ? _names.Locks.Values : byState.Values.Distinct().SelectMany(names => names.Locks.Values);

    /// <summary>The effect of its contract on a lock; null when it has none.</summary>
    public LockEffect? EffectOn(string instance)
    {
        foreach (LockEffect effect in Contract.Locks)
        {
            foreach (LockReference named in LocksNamed(effect.Lock))
            {
                if (named.Instance == instance)
                {
                    return effect;
                }
            }
        }

        return null;
    }

    private Dictionary<PathState, CallNames>? NamesIn => _seldom?.NamesIn;

    private Seldom More => _seldom ??= new Seldom();

    private CallNames NamesOn(PathState before) => NamesIn is { } byState && byState.TryGetValue(before, out CallNames? names) ? names : _names;

    /// <summary>Records one visit.</summary>
    /// <param name="before">The state in which it is reached.</param>
    /// <param name="names">What it names there.</param>
    public void Reached(PathState before, CallNames names)
    {
        if (_before.Length == 0 && MayBefore.Count == 0)
        {
            _names = names;
        }
        else if (NamesIn is not null || !names.AreAs(_names))
        {
            Differ(before, names);
        }

        if (before.IsMay)
        {
            Add(ref More.MayBefore, before);
        }
        else
        {
            Add(ref _before, before);
        }
    }

    private void Differ(PathState before, CallNames names) =>
        (More.NamesIn ??= _before.Concat(MayBefore).ToDictionary(state => state, _ => _names))[before] = names;

    /// <summary>Records the state after one visit.</summary>
    public void Left(PathState after)
    {
        if (!after.IsMay)
        {
            Add(ref _after, after);
        }
    }

    /// <summary>Records the arguments of one visit. What differs between visits is not known.</summary>
    public void Given(CallArguments arguments) => Arguments = _before.Length == 0 ? arguments : Arguments.Common(arguments);

    // One state at most calls.
    private static void Add(ref PathState[] states, PathState state)
    {
        if (!states.Contains(state))
        {
            System.Array.Resize(ref states, states.Length + 1);
            states[states.Length - 1] = state;
        }
    }

    /// <summary>Records a step of a protocol.</summary>
    public void Stepped(ProtocolStep step)
    {
        if (!Steps.Contains(step))
        {
            (More.Steps ??= new(1)).Add(step);
        }
    }

    /// <summary>Records a guard that it ends although it has ended, or although its lock was released otherwise.</summary>
    public void Ended(EndedGuard again) => (More.EndedAgain ??= new(1)).Add(again);

    /// <summary>What few calls have.</summary>
    private sealed class Seldom
    {
        public PathState[] MayBefore = [];
        public List<ProtocolStep>? Steps;
        public List<EndedGuard>? EndedAgain;
        public Dictionary<PathState, CallNames>? NamesIn;
        public MaskState? WrittenMask;
        public (MisplacedRestore, int?)? Misplaced;
    }
}

/// <summary>A mask word of one kind where one of another is expected.</summary>
/// <param name="Operation">Where.</param>
/// <param name="From">What it is.</param>
/// <param name="To">What it is taken for.</param>
/// <param name="Place">The parameter, field or property that expects another.</param>
/// <param name="Call">The call it is an argument of, or null.</param>
/// <param name="Target">What is called, or null.</param>
internal sealed record MixedFlags(OperationPlace Operation, FlagKind From, FlagKind To, ISymbol Place, OperationPlace? Call, IMethodSymbol? Target);

/// <summary>How a saved mask is restored when it is not its turn.</summary>
internal enum MisplacedRestore
{
    /// <summary>It was restored before.</summary>
    Again,

    /// <summary>Another was saved after it, and is still to be restored.</summary>
    OutOfOrder,
}

/// <summary>What a call names on one class of paths.</summary>
/// <param name="Receiver">The object it is called on; null for a static one, and where it is not known.</param>
/// <param name="Locks">The locks its contract names, by lock expression.</param>
internal sealed record CallNames(Value? Receiver, NamedLocks Locks)
{
    /// <summary>Nothing.</summary>
    public static CallNames None { get; } = new(null, NamedLocks.None);

    /// <summary>True when both name the same objects.</summary>
    public bool AreAs(CallNames other) => Equals(Receiver, other.Receiver) && Locks.AreAs(other.Locks);
}

/// <summary>The locks that a contract names, by lock expression: one or two, in the order in which they are named.</summary>
internal sealed class NamedLocks
{
    private (string Expression, LockReference Lock)[] _locks = [];

    /// <summary>None.</summary>
    public static NamedLocks None { get; } = new();

    /// <summary>The locks.</summary>
    public IEnumerable<LockReference> Values => _locks.Length == 0 ? [] : _locks.Select(static one => one.Lock);

    /// <summary>The lock that an expression names.</summary>
    public bool TryGetValue(string expression, out LockReference named)
    {
        foreach ((string known, LockReference reference) in _locks)
        {
            if (known == expression)
            {
                named = reference;
                return true;
            }
        }

        named = null!;
        return false;
    }

    /// <summary>An expression names a lock.</summary>
    public void Add(string expression, LockReference named)
    {
        System.Array.Resize(ref _locks, _locks.Length + 1);
        _locks[_locks.Length - 1] = (expression, named);
    }

    /// <summary>True when both name the same instances.</summary>
    public bool AreAs(NamedLocks other)
    {
        if (_locks.Length != other._locks.Length)
        {
            return false;
        }

        foreach ((string expression, LockReference here) in _locks)
        {
            if (!other.TryGetValue(expression, out LockReference? there) || there.Instance != here.Instance)
            {
                return false;
            }
        }

        return true;
    }
}

/// <summary>A call of something that has no contract, and no body that is known.</summary>
/// <param name="Operation">The call.</param>
/// <param name="Target">What is called.</param>
internal sealed record UnknownCall(OperationPlace Operation, IMethodSymbol Target)
{
    /// <summary>Its documentation ID.</summary>
    public string Id => Target.GetDocumentationCommentId() ?? Target.Name;
}

/// <summary>A lock that a contract names, as it is at a call.</summary>
/// <param name="Class">Its class; null when it is not known.</param>
/// <param name="Instance">The term for the instance.</param>
/// <param name="Display">The lock as a person names it.</param>
internal sealed record LockReference(LockClass? Class, string Instance, string Display)
{
    /// <summary>Where a contract says that it is held: how.</summary>
    public LockMode Mode { get; init; }
}

/// <summary>A guard that is ended where it does not hold its lock.</summary>
/// <param name="Token">The guard.</param>
/// <param name="Lock">Its lock; null when it stands for none.</param>
internal sealed record EndedGuard(Token Token, LockReference? Lock);

/// <summary>An event of a protocol, in one state.</summary>
/// <param name="Table">The protocol.</param>
/// <param name="Event">The event.</param>
/// <param name="Key">The object.</param>
/// <param name="ObjectDisplay">The object as written at the call.</param>
/// <param name="State">The state before; null when it is not known.</param>
/// <param name="Path">Everything known there.</param>
internal sealed record ProtocolStep(ProtocolTable Table, ProtocolEvent Event, ProtocolKey Key, string ObjectDisplay, string? State, PathState Path)
{
    /// <summary>The row of the table, when the state is known.</summary>
    public ProtocolRow? Row => State is null ? null : Table[State, Event.Name];
}

/// <summary>A handler handed to something that says in which context it will run.</summary>
/// <param name="Body">The body in which that happens.</param>
/// <param name="Operation">Where.</param>
/// <param name="Handler">The method or lambda.</param>
/// <param name="Rule">Where it will run.</param>
/// <param name="Place">The parameter, field, property or delegate type that says so.</param>
/// <param name="Call">The call it is an argument of, or null.</param>
internal sealed record Registration(Body Body, OperationPlace Operation, IMethodSymbol Handler, ContextRule Rule, ISymbol Place, CallEvent? Call);

/// <summary>The state of an object when the body stopped looking at it: at an exit, or when a variable in its name changed.</summary>
/// <param name="Key">The object, generalised over variables.</param>
/// <param name="State">Its state.</param>
/// <param name="Path">Everything known there.</param>
internal sealed record Outcome(ProtocolKey Key, string State, PathState Path);

/// <summary>What a body does as a whole, as far as all its paths agree.</summary>
internal sealed class BodySummary
{
    /// <summary>Net effect on the masks.</summary>
    public MaskState Mask { get; init; }

    /// <summary>Net effect on locks that mean the same to a caller on the same instance.</summary>
    public PathMap<string, int> Held { get; init; } = PathMap<string, int>.Empty;

    /// <summary>How it took the locks that it returns with.</summary>
    public PathMap<string, Acquisition> Acquired { get; init; } = PathState.Entry.Acquired;

    /// <summary>The guard that it returns on every path; null when it returns none or not always.</summary>
    public Token? Returned { get; init; }

    /// <summary>What the value that it returns on every path was read from; null when that is nothing guarded, or not always the same.</summary>
    public ReadPlace? Read { get; init; }

    /// <summary>The locks of its caller that it drops on every path, and may have taken again.</summary>
    public ImmutableArray<string> GivesUp { get; init; } = [];

    /// <summary>What it saved and masked, where every path returns what stands for it; otherwise nothing.</summary>
    public IrqSafety.Contracts.Mask ReturnedMask { get; init; }

    /// <summary>The kinds of the locks in <see cref="Held"/>.</summary>
    public IReadOnlyDictionary<string, LockKind> LockKinds { get; init; } = ImmutableDictionary<string, LockKind>.Empty;

    /// <summary>The locks that it names, or that those it calls name, by instance.</summary>
    public IReadOnlyDictionary<string, LockReference> Locks { get; init; } = ImmutableDictionary<string, LockReference>.Empty;

    /// <summary>The members it writes, itself or through bodies it calls.</summary>
    public ImmutableHashSet<ISymbol> Writes { get; init; } = ImmutableHashSet.Create<ISymbol>(SymbolEqualityComparer.Default);

    /// <summary>The protocols of which it contains events, itself or through bodies it calls.</summary>
    public ImmutableHashSet<string> Protocols { get; init; } = ImmutableHashSet<string>.Empty;

    /// <summary>The steps it takes, and those it leaves to its callers.</summary>
    public PathMap<OrderKey, int> Orders { get; init; } = PathMap<OrderKey, int>.Empty;

    /// <summary>True when calling it twice with equal arguments gives equal results, for all that is known.</summary>
    public bool IsPredicate { get; init; }

    /// <summary>True when an exception may leave it: it says so, or it throws, or it calls what may throw.</summary>
    public bool Throws { get; init; }

    /// <summary>Net effect on locks where it leaves by an exception.</summary>
    public PathMap<string, int> HeldOnThrow { get; init; } = PathMap<string, int>.Empty;

    /// <summary>Net effect on the masks where it leaves by an exception.</summary>
    public MaskState MaskOnThrow { get; init; }

    /// <summary>True when some path returns.</summary>
    public bool Returns { get; init; } = true;

    /// <summary>Nothing is known of it.</summary>
    public static BodySummary Unknown { get; } = new();

    /// <summary>What is assumed at first of bodies that call each other.</summary>
    public static BodySummary NeverReturns { get; } = new() { Returns = false, IsPredicate = true };

    /// <summary>True when a caller would see no difference.</summary>
    public bool SaysTheSameAs(BodySummary other) =>
        Mask == other.Mask && ReturnedMask == other.ReturnedMask && Returns == other.Returns && IsPredicate == other.IsPredicate && Held.Equals(other.Held) && Acquired.Equals(other.Acquired)
        && Equals(Read, other.Read) && GivesUp.SequenceEqual(other.GivesUp)
        && Throws == other.Throws && HeldOnThrow.Equals(other.HeldOnThrow) && MaskOnThrow == other.MaskOnThrow
        && Writes.SetEquals(other.Writes) && Protocols.SetEquals(other.Protocols) && Orders.Equals(other.Orders);
}

/// <summary>A place at which guarded data is read: the reference to it, or the call of a body that returns what it read.</summary>
/// <param name="Place">The place in the body that goes on with what was read.</param>
/// <param name="Origin">The reference to the data, in whatever body that is.</param>
/// <param name="Member">The data.</param>
/// <param name="Sample">What was read, as the body knows it that read it.</param>
internal sealed record ReadPlace(OperationPlace Place, OperationPlace Origin, ISymbol Member, Sample Sample)
{
    /// <summary>Two reads are equal when they are of the same data at the same place.</summary>
    public bool Equals(ReadPlace? other) => other is not null && Place == other.Place && Origin == other.Origin && Sample.Equals(other.Sample);

    /// <inheritdoc/>
    public override int GetHashCode() => Place.GetHashCode();
}

/// <summary>Everything the rules read about a body. Collected once.</summary>
/// <param name="Body">The body.</param>
/// <param name="Calls">Calls of contracted operations and of bodies of the scope, in source order.</param>
/// <param name="Data">Accesses to data that has a contract, in source order.</param>
/// <param name="Reads">The reads of guarded data that samples name by number.</param>
/// <param name="Registrations">Handlers handed over.</param>
/// <param name="Outcomes">What became of the objects of protocols.</param>
/// <param name="Exits">The states at its exit.</param>
/// <param name="Summary">What it does as a whole.</param>
internal sealed record BodyResult(
    Body Body,
    ImmutableArray<CallEvent> Calls,
    ImmutableArray<DataEvent> Data,
    IReadOnlyList<ReadPlace> Reads,
    IReadOnlyList<Registration> Registrations,
    IReadOnlyList<Outcome> Outcomes,
    IReadOnlyList<PathState> Exits,
    BodySummary Summary)
{
    private IReadOnlyDictionary<int, CallEvent>? _byNumber;

    /// <summary>The states at its exit that only an assumption leads to.</summary>
    public IReadOnlyList<PathState> MayExits { get; init; } = [];

    /// <summary>The states in which an exception leaves it.</summary>
    public IReadOnlyList<PathState> Thrown { get; init; } = [];

    /// <summary>Mask words of one kind where one of another is expected, in source order.</summary>
    public IReadOnlyList<MixedFlags> Mixed { get; init; } = [];

    /// <summary>Accesses to the fields without a contract that the scope watches, in source order.</summary>
    public ImmutableArray<DataEvent> Watched { get; init; } = [];

    /// <summary>The call with this number; null when it is none that is recorded.</summary>
    public CallEvent? CallNumbered(int number) =>
        (_byNumber ??= Calls.ToDictionary(call => call.Number)).TryGetValue(number, out CallEvent? call) ? call : null;

    /// <summary>Why not every path was followed; null when all were.</summary>
    public string? CutShort { get; init; }
}
