using System;
using System.Collections.Generic;
using System.Linq;

namespace IrqSafety.Analyzers.Flow;

/// <summary>A guard or a saved mask that a variable or a result stands for.</summary>
/// <param name="Lock">The lock instance held, or null.</param>
/// <param name="Restores">What is put back when it ends.</param>
/// <param name="Before">What was masked when it was made.</param>
internal sealed record Token(string? Lock, IrqSafety.Contracts.Mask Restores, MaskState Before)
{
    /// <summary>How the lock is held.</summary>
    public IrqSafety.Contracts.LockMode Mode { get; init; }

    /// <summary>What is unmasked when it ends, whatever the state before.</summary>
    public IrqSafety.Contracts.Mask Unmasks { get; init; }

    /// <summary>True for a guard, which somebody must end exactly once; false for saved flags.</summary>
    public bool IsGuard { get; init; }

    /// <summary>True when it was ended, so that ending it again ends nothing, or the section of somebody else.</summary>
    public bool HasEnded { get; init; }
}

/// <summary>How a lock that is held was taken.</summary>
/// <param name="Call">The number of the call in the body; <see cref="AtEntry"/> when the contract says it is held at entry.</param>
/// <param name="Mode">Exclusive or shared.</param>
/// <param name="IsTry">By an attempt that never waits.</param>
/// <param name="Before">What was masked before.</param>
internal sealed record Acquisition(int Call, IrqSafety.Contracts.LockMode Mode, bool IsTry, MaskState Before)
{
    /// <summary>Not taken in the body.</summary>
    public const int AtEntry = -1;

    /// <summary>What taking it masked: its flavour.</summary>
    public IrqSafety.Contracts.Mask Masks { get; init; }

    /// <summary>What taking it saved, to be restored when it is released.</summary>
    public IrqSafety.Contracts.Mask Saves { get; init; }
}

/// <summary>A lock was released without undoing what taking it masked; somebody still has to.</summary>
/// <param name="Taken">The call that took it.</param>
/// <param name="Released">The call that released it.</param>
internal sealed record MaskDebt(int Taken, int Released);

/// <summary>A mask that was saved, to be restored, and what stands for it.</summary>
/// <param name="Call">The call that saved it.</param>
/// <param name="Term">The term for what that call returned.</param>
/// <param name="Mask">What was saved.</param>
/// <param name="Before">What was masked before.</param>
internal sealed record SavedMask(int Call, string Term, IrqSafety.Contracts.Mask Mask, MaskState Before)
{
    /// <summary>True when somebody else got hold of it, and may restore it.</summary>
    public bool IsHandedOn { get; init; }

    /// <summary>The static member it was put in with no lock held, where another CPU may overwrite it; null when it was not.</summary>
    public string? SharedIn { get; init; }
}

/// <summary>What a variable was read from, and whether that may have changed since.</summary>
/// <param name="Data">The term for the data: object, member, element.</param>
/// <param name="Lock">The lock that guards it, by instance.</param>
/// <param name="LockClass">The class of that lock.</param>
/// <param name="Read">The number of the place where it was read.</param>
/// <param name="Held">True when it was read with the lock held.</param>
/// <param name="Lost">True when the lock was not held, or was dropped since: others may have written.</param>
internal sealed record Sample(string Data, string Lock, string LockClass, int Read, bool Held, bool Lost);

/// <summary>A decision on what may have changed.</summary>
/// <param name="Sample">What was decided on.</param>
/// <param name="Truth">The outcome.</param>
internal sealed record Decision(Sample Sample, bool Truth);

/// <summary>
/// What holds on one class of paths to a point of a body: locks, masks, protocol states, and what is known of variables and conditions.
/// Immutable. What is not in a map is unknown.
/// </summary>
internal sealed class PathState : IEquatable<PathState>
{
    /// <summary>A count that paths disagree on.</summary>
    public const int UnknownCount = int.MinValue;

    private PathState()
    {
    }

    /// <summary>Nothing is known.</summary>
    public static PathState Entry { get; } = new();

    private Seldom SeldomKnown { get; init; } = Seldom.Nothing;

    /// <summary>
    /// Lock instances and how often they are held: 0 when taken and released in this body, negative when released without having been taken in
    /// it, <see cref="UnknownCount"/> when paths disagree. One that is not in it is as it was at entry.
    /// </summary>
    public PathMap<string, int> Held { get; private init; } = PathMap<string, int>.Empty;

    /// <summary>How the instances that are held were taken.</summary>
    public PathMap<string, Acquisition> Acquired { get; private init; } = PathMap<string, Acquisition>.Empty;

    /// <summary>Masks, relative to the entry.</summary>
    public MaskState Mask { get; private init; }

    /// <summary>What releases left masked.</summary>
    public PathMap<IrqSafety.Contracts.Mask, MaskDebt> Debts => SeldomKnown.Debts;

    /// <summary>The masks that were saved and are still to be restored, outermost first.</summary>
    public PathMap<int, SavedMask> Saved => SeldomKnown.Saved;

    /// <summary>Protocol states.</summary>
    public PathMap<ProtocolKey, string> Protocols => SeldomKnown.Protocols;

    /// <summary>The order of steps.</summary>
    public PathMap<OrderKey, int> Orders => SeldomKnown.Orders;

    /// <summary>Conditions, by their term, and whether they hold.</summary>
    public PathMap<string, bool> Facts { get; private init; } = PathMap<string, bool>.Empty;

    /// <summary>Values of variables and of members assigned in this body, by their term.</summary>
    public PathMap<string, Value> Values { get; private init; } = PathMap<string, Value>.Empty;

    /// <summary>Guards and saved masks, by the term that stands for them.</summary>
    public PathMap<string, Token> Tokens { get; private init; } = PathMap<string, Token>.Empty;

    /// <summary>What variables were read from, by their term, where that is guarded data.</summary>
    public PathMap<string, Sample> Samples => SeldomKnown.Samples;

    /// <summary>What was decided on data that may have changed since, by the term for the data.</summary>
    public PathMap<string, Decision> Decisions => SeldomKnown.Decisions;

    /// <summary>The locks that were held at entry, for all that the body knows, and were released in it, whether or not they were taken again.</summary>
    public PathMap<string, bool> GivenUp => SeldomKnown.GivenUp;

    /// <summary>The contexts that this is not, by what was asked.</summary>
    public IrqSafety.Contracts.Context NotIn { get; private init; }

    /// <summary>The context that the code is accounted to by an operation of its own; none when it is what the body was entered in.</summary>
    public IrqSafety.Contracts.Context Entered { get; private init; }

    /// <summary>
    /// True when only an assumption leads here: that something which does not say so throws, or that one unknown method answers the same question
    /// differently. What is found on such a path alone is possible, not certain.
    /// </summary>
    public bool IsMay { get; private init; }

    /// <summary>What unknown methods answered on this path, by the question.</summary>
    public PathMap<string, bool> Answers => SeldomKnown.Answers;

    /// <summary>The instances that are held on every one of these paths.</summary>
    public IEnumerable<string> HeldNow => HoldsAny ? Held.Where(static one => one.Value > 0).Select(static one => one.Key) : [];

    /// <summary>True when a lock is held on every one of these paths.</summary>
    public bool HoldsAny
    {
        get
        {
            foreach (KeyValuePair<string, int> one in Held)
            {
                if (one.Value > 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>True when a lock is held on some of these paths, for all that is known.</summary>
    public bool MayBeHeld(string instance) => Held.TryGetValue(instance, out int count) && (count > 0 || count == UnknownCount);

    /// <summary>True when a lock is held on every one of these paths.</summary>
    public bool IsHeld(string instance) => Held.TryGetValue(instance, out int count) && count > 0;

    /// <summary>With one more hold of a lock.</summary>
    public PathState Take(string instance, Acquisition how) => Copy(
        held: Held.SetItem(instance, Math.Min(2, Math.Max(0, CountOf(instance)) + 1)),
        acquired: Acquired.SetItem(instance, how));

    /// <summary>With one fewer hold of a lock.</summary>
    /// <param name="instance">The lock.</param>
    /// <param name="isConverted">True when it is held in another mode from there on, and nobody came in between.</param>
    public PathState Drop(string instance, bool isConverted = false)
    {
        // Whatever it was, after a release it is not held, unless it was held twice.
        int count = CountOf(instance) == UnknownCount ? 0 : Math.Max(-2, CountOf(instance) - 1);
        bool ofCaller = !isConverted && (count < 0 || (count == 0 && Acquired.TryGetValue(instance, out Acquisition? how) && how.Call == Acquisition.AtEntry));
        PathState dropped = Copy(
            held: Held.SetItem(instance, count),
            acquired: count > 0 ? Acquired : Acquired.Remove(instance),
            givenUp: ofCaller ? GivenUp.SetItem(instance, true) : GivenUp);
        return count > 0 || isConverted ? dropped : dropped.Lose(instance, heldAtEntry: count < 0);
    }

    /// <summary>The lock was dropped and taken again by what is called, if it was held.</summary>
    public PathState Retaken(string instance)
    {
        bool isHeld = IsHeld(instance);
        bool ofCaller = isHeld ? Acquired.TryGetValue(instance, out Acquisition? how) && how.Call == Acquisition.AtEntry : !Held.ContainsKey(instance);
        return (ofCaller ? Copy(givenUp: GivenUp.SetItem(instance, true)) : this).Lose(instance, heldAtEntry: !isHeld && ofCaller);
    }

    /// <summary>Not known whether the lock is held.</summary>
    public PathState Unsure(string instance) => Copy(held: Held.SetItem(instance, UnknownCount));

    private int CountOf(string instance) => Held.TryGetValue(instance, out int held) ? held : 0;

    /// <summary>With something left masked.</summary>
    public PathState Owing(IrqSafety.Contracts.Mask mask, MaskDebt debt) => Copy(debts: Debts.SetItem(mask, debt));

    /// <summary>With this mask put back by somebody.</summary>
    public PathState Settled(IrqSafety.Contracts.Mask masks) => Debts.IsEmpty ? this : Copy(debts: Debts.RemoveAll(one => (one.Key & masks) != 0));

    /// <summary>With one more mask to be restored. One saved at the same place before is lost.</summary>
    public PathState Save(SavedMask saved)
    {
        PathMap<int, SavedMask> next = PathMap<int, SavedMask>.Empty;
        foreach (SavedMask open in Saved.Values.Where(open => open.Call != saved.Call))
        {
            next = next.SetItem(next.Count, open);
        }

        return Copy(saved: next.SetItem(next.Count, saved));
    }

    /// <summary>With the mask at this depth, and those saved inside it, restored.</summary>
    public PathState Restored(int depth) => Copy(saved: Saved.RemoveAll(one => one.Key >= depth));

    /// <summary>With what stands for a saved mask known to somebody else.</summary>
    public PathState HandOn(string term, string? sharedIn = null)
    {
        PathMap<int, SavedMask> next = Saved;
        foreach (KeyValuePair<int, SavedMask> open in Saved)
        {
            next = open.Value.Term == term && !open.Value.IsHandedOn ? next.SetItem(open.Key, open.Value with { IsHandedOn = true, SharedIn = sharedIn }) : next;
        }

        return Copy(saved: next);
    }

    /// <summary>With the code accounted to this context, or to the one it was entered in.</summary>
    public PathState InContext(IrqSafety.Contracts.Context entered) => Copy(entered: entered);

    /// <summary>On a path that only an assumption leads to.</summary>
    public PathState AsMay() => IsMay ? this : Copy(isMay: true);

    /// <summary>With the answer of an unknown method.</summary>
    public PathState WithAnswer(string question, bool answer) =>
        Answers.TryGetValue(question, out bool before) && before != answer ? Copy(isMay: true) : Copy(answers: Answers.SetItem(question, answer));

    /// <summary>Without what unknown methods answered: time has passed.</summary>
    public PathState WithoutAnswers() => Copy(answers: PathMap<string, bool>.Empty);

    /// <summary>With another mask.</summary>
    public PathState WithMask(MaskState mask) => Copy(mask: mask);

    /// <summary>With a protocol state; null for unknown.</summary>
    public PathState WithProtocol(ProtocolKey key, string? state) => Copy(protocols: state is null ? Protocols.Remove(key) : Protocols.SetItem(key, state));

    /// <summary>True when some protocol of the object has a known state.</summary>
    public bool HasProtocolOf(string @object)
    {
        foreach (KeyValuePair<ProtocolKey, string> known in Protocols)
        {
            if (known.Key.Object == @object)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>With another order of steps.</summary>
    public PathState WithOrders(PathMap<OrderKey, int> orders) => Copy(orders: orders);

    /// <summary>Without what is known of the protocols for which the condition holds.</summary>
    public PathState ForgetProtocols(Func<ProtocolKey, bool> which) => Protocols.IsEmpty ? this : Copy(protocols: Protocols.RemoveAll(one => which(one.Key)));

    /// <summary>With a value for a term.</summary>
    public PathState WithValue(string term, Value value) => Copy(values: Values.SetItem(term, value));

    /// <summary>With what a variable was read from; null when that is nothing guarded.</summary>
    public PathState WithSample(string term, Sample? sample) => sample is null
        ? Samples.ContainsKey(term) ? Copy(samples: Samples.Remove(term)) : this
        : Copy(samples: Samples.SetItem(term, sample));

    /// <summary>With a decision.</summary>
    public PathState Decide(Decision decision) => Copy(decisions: Decisions.SetItem(decision.Sample.Data, decision));

    /// <summary>Data under this lock was looked at again, with the lock held: what was known before does not count any longer.</summary>
    public PathState Recheck(string @lock) => Samples.IsEmpty && Decisions.IsEmpty ? this : Copy(
        samples: Samples.RemoveAll(one => one.Value.Lock == @lock && one.Value.Lost),
        decisions: Decisions.RemoveAll(one => one.Value.Sample.Lock == @lock && one.Value.Sample.Lost));

    /// <summary>The data was written by whoever read it, within one section: what was read is now the reader's.</summary>
    public PathState Claim(string data) => Samples.IsEmpty && Decisions.IsEmpty ? this : Copy(
        samples: Samples.RemoveAll(one => one.Value.Data == data && !one.Value.Lost),
        decisions: Decisions.RemoveAll(one => one.Key == data && !one.Value.Sample.Lost));

    /// <summary>The lock is dropped. When it was not taken in the body, what was read before was read under it.</summary>
    private PathState Lose(string @lock, bool heldAtEntry)
    {
        if (Samples.IsEmpty && Decisions.IsEmpty)
        {
            return this;
        }

        PathMap<string, Sample> samples = Samples;
        foreach (KeyValuePair<string, Sample> one in Samples.Where(one => one.Value.Lock == @lock))
        {
            samples = samples.SetItem(one.Key, Lost(one.Value));
        }

        PathMap<string, Decision> decisions = Decisions;
        foreach (KeyValuePair<string, Decision> one in Decisions.Where(one => one.Value.Sample.Lock == @lock))
        {
            decisions = decisions.SetItem(one.Key, one.Value with { Sample = Lost(one.Value.Sample) });
        }

        return Copy(samples: samples, decisions: decisions);

        Sample Lost(Sample sample) => sample with { Held = sample.Held || heldAtEntry, Lost = true };
    }

    /// <summary>With what a term stands for.</summary>
    public PathState WithToken(string term, Token token) => Copy(tokens: Tokens.SetItem(term, token));

    /// <summary>With what a term stands for, and another mask.</summary>
    public PathState WithToken(string term, Token token, MaskState mask) => Copy(tokens: Tokens.SetItem(term, token), mask: mask);

    /// <summary>Without a token.</summary>
    public PathState WithoutToken(string term) => Copy(tokens: Tokens.Remove(term));

    /// <summary>Without what is known of shared members for which the condition holds.</summary>
    public PathState ForgetMembers(Func<string, bool> mentions) => Copy(facts: Without(Facts, mentions), values: Without(Values, mentions));

    /// <summary>After a variable got another value: nothing that names it holds any longer, except locks, which are then one of several.</summary>
    public PathState Forget(Func<string, bool> mentions)
    {
        var left = new Remaining(this);
        left.Forget(mentions);
        return left.ToState(this);
    }

    /// <summary>After several variables are gone, one after another.</summary>
    public PathState Forget(List<Func<string, bool>> variables)
    {
        var left = new Remaining(this);
        foreach (Func<string, bool> mentions in variables)
        {
            left.Forget(mentions);
        }

        return left.ToState(this);
    }

    // What is left of a state while variables go.
    private struct Remaining(PathState state)
    {
        private PathMap<string, int> _held = state.Held;
        private PathMap<string, Acquisition> _acquired = state.Acquired;
        private PathMap<ProtocolKey, string> _protocols = state.Protocols;
        private PathMap<string, bool> _facts = state.Facts;
        private PathMap<string, Value> _values = state.Values;
        private PathMap<string, Token> _tokens = state.Tokens;
        private PathMap<string, Sample> _samples = state.Samples;
        private PathMap<string, Decision> _decisions = state.Decisions;

        public void Forget(Func<string, bool> mentions)
        {
            PathMap<string, Acquisition> before = _acquired;
            foreach (KeyValuePair<string, int> one in _held)
            {
                if (mentions(one.Key))
                {
                    string general = Value.Generalise(one.Key);
                    _held = _held.Remove(one.Key);
                    _acquired = _acquired.Remove(one.Key);
                    if (one.Value != 0)
                    {
                        _held = _held.SetItem(general, one.Value);
                    }

                    if (before.TryGetValue(one.Key, out Acquisition? how))
                    {
                        _acquired = _acquired.SetItem(general, how);
                    }
                }
            }

            foreach (KeyValuePair<ProtocolKey, string> one in _protocols)
            {
                _protocols = mentions(one.Key.Object) ? _protocols.Remove(one.Key) : _protocols;
            }

            foreach (KeyValuePair<string, Value> one in _values)
            {
                _values = mentions(one.Key) || mentions(one.Value.Text) ? _values.Remove(one.Key) : _values;
            }

            _facts = Without(_facts, mentions);
            _tokens = Without(_tokens, mentions);
            _samples = Without(_samples, mentions);
            _decisions = Without(_decisions, mentions);
        }

        public readonly PathState ToState(PathState state) => state.Copy(
            held: _held,
            acquired: _acquired,
            protocols: _protocols,
            facts: _facts,
            values: _values,
            tokens: _tokens,
            samples: _samples,
            decisions: _decisions);
    }

    // Written out, for it runs at every step: a condition made for each map would be most of what a step allocates.
    private static PathMap<string, T> Without<T>(PathMap<string, T> map, Func<string, bool> mentions)
    {
        PathMap<string, T> left = map;
        foreach (KeyValuePair<string, T> one in map)
        {
            left = mentions(one.Key) ? left.Remove(one.Key) : left;
        }

        return left;
    }

    /// <summary>True when something is known of the result of a call, or named by it.</summary>
    public bool NamesResults
    {
        get
        {
            foreach (KeyValuePair<string, Value> one in Values)
            {
                if (one.Value.MentionsResult || IsOfResult(one.Key))
                {
                    return true;
                }
            }

            foreach (KeyValuePair<ProtocolKey, string> one in Protocols)
            {
                if (IsOfResult(one.Key.Object))
                {
                    return true;
                }
            }

            return NamesResult(Facts) || NamesResult(Tokens) || NamesResult(Held) || NamesResult(Samples) || NamesResult(Decisions);
        }
    }

    private static bool NamesResult<T>(PathMap<string, T> map)
    {
        foreach (KeyValuePair<string, T> one in map)
        {
            if (IsOfResult(one.Key))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsOfResult(string term) => term.IndexOf('⟦') >= 0;

    /// <summary>Without what is known of results of calls that nothing stands for any longer.</summary>
    public PathState ForgetUnusedResults()
    {
        PathMap<string, bool> left = Facts;
        foreach (KeyValuePair<string, bool> fact in Facts)
        {
            left = fact.Key.IndexOf('⟦') >= 0 && !IsKept(fact.Key) ? left.Remove(fact.Key) : left;
        }

        return Copy(facts: left);

        bool IsKept(string fact)
        {
            foreach (KeyValuePair<string, Value> one in Values)
            {
                if (one.Value.MentionsResult && SharesResult(fact, one.Value.Text))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Whether a condition holds; null when it is not known.</summary>
    public bool? TruthOf(Value condition)
    {
        if (condition.Constant is "true" or "false")
        {
            return condition.Constant == "true";
        }

        if (condition.IsNegation)
        {
            return !TruthOf(condition.Operand!);
        }

        if (condition.Tells != IrqSafety.Contracts.Context.None && NotIn != IrqSafety.Contracts.Context.None)
        {
            if ((condition.Tells & ~NotIn) == IrqSafety.Contracts.Context.None)
            {
                return false;
            }

            if ((IrqSafety.Contracts.Context.Any & ~condition.Tells & ~NotIn) == IrqSafety.Contracts.Context.None)
            {
                return true;
            }
        }

        if (Values.TryGetValue(condition.Text, out Value? value) && !value.Equals(condition))
        {
            return TruthOf(value);
        }

        if (Facts.TryGetValue(condition.Text, out bool known))
        {
            return known;
        }

        if (condition is { ComparedWith: { } constant, Operand: { } operand })
        {
            if (Values.TryGetValue(operand.Text, out Value? actual) && !actual.Equals(operand))
            {
                return TruthOf(actual.EqualTo(constant));
            }

            // Equal to one constant means different from every other.
            string prefix = $"({operand.Text} == ";
            foreach (KeyValuePair<string, bool> fact in Facts)
            {
                if (fact.Value && fact.Key.StartsWith(prefix, StringComparison.Ordinal) && fact.Key != condition.Text)
                {
                    return false;
                }
            }
        }

        return null;
    }

    /// <summary>The state on the paths on which a condition has this truth; null when there are none.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="truth">Its truth.</param>
    /// <param name="isAskedOnce">True for a condition that nothing asks again, so that it need not be kept.</param>
    public PathState? Assume(Value condition, bool truth, Func<Value, bool>? isAskedOnce = null)
    {
        if (condition.IsNegation)
        {
            return Assume(condition.Operand!, !truth, isAskedOnce);
        }

        if (TruthOf(condition) is { } known)
        {
            return known == truth ? this : null;
        }

        if (Values.TryGetValue(condition.Text, out Value? value) && !value.Equals(condition))
        {
            return Assume(value, truth, isAskedOnce);
        }

        PathState told = condition.Tells == IrqSafety.Contracts.Context.None
            ? this
            : Copy(notIn: NotIn | (truth ? IrqSafety.Contracts.Context.Any & ~condition.Tells : condition.Tells));
        return isAskedOnce?.Invoke(condition) == true ? told : told.Copy(facts: Facts.SetItem(condition.Text, truth));
    }

    /// <summary>What holds in both.</summary>
    public PathState Join(PathState other) => new()
    {
        Held = JoinHeld(other),
        Acquired = JoinAcquired(other),
        Mask = Mask.Join(other.Mask),
        Facts = Facts.Common(other.Facts),
        Values = Values.Common(other.Values),
        Tokens = Tokens.Common(other.Tokens),
        SeldomKnown = SeldomKnown.Join(other.SeldomKnown),
        NotIn = NotIn & other.NotIn,
        Entered = Entered == other.Entered ? Entered : IrqSafety.Contracts.Context.None,
        IsMay = IsMay && other.IsMay,
    };

    // Where one side holds it, it is told how that one took it; where both do, the first of the two in the body.
    private PathMap<string, Acquisition> JoinAcquired(PathState other)
    {
        PathMap<string, Acquisition> joined = Acquired;
        foreach (KeyValuePair<string, Acquisition> one in other.Acquired)
        {
            if (!joined.TryGetValue(one.Key, out Acquisition? how) || one.Value.Call < how.Call)
            {
                joined = joined.SetItem(one.Key, one.Value);
            }
        }

        return joined;
    }

    // Taken and released on one side, untouched on the other: as it was at entry, for all that is known.
    private PathMap<string, int> JoinHeld(PathState other)
    {
        PathMap<string, int> joined = Held;
        foreach (KeyValuePair<string, int> here in Held)
        {
            if (here.Value != other.CountOf(here.Key))
            {
                joined = joined.SetItem(here.Key, UnknownCount);
            }
            else if (!other.Held.ContainsKey(here.Key))
            {
                joined = joined.Remove(here.Key);
            }
        }

        foreach (KeyValuePair<string, int> there in other.Held)
        {
            if (there.Value != 0 && !Held.ContainsKey(there.Key))
            {
                joined = joined.SetItem(there.Key, UnknownCount);
            }
        }

        return joined;
    }

    /// <summary>True when both agree on what rules judge: locks, masks and protocols.</summary>
    public bool AgreesWith(PathState other)
    {
        if (Mask != other.Mask || NotIn != other.NotIn || Entered != other.Entered || !Debts.Equals(other.Debts) || !Saved.Equals(other.Saved) || !Protocols.Equals(other.Protocols) || !Orders.Equals(other.Orders))
        {
            return false;
        }

        foreach (KeyValuePair<string, int> one in Held)
        {
            if (one.Value != 0 && (!other.Held.TryGetValue(one.Key, out int count) || count != one.Value))
            {
                return false;
            }
        }

        foreach (KeyValuePair<string, int> one in other.Held)
        {
            if (one.Value != 0 && !Held.ContainsKey(one.Key))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public bool Equals(PathState? other) => ReferenceEquals(this, other) || (other is not null
        && Mask == other.Mask
        && NotIn == other.NotIn
        && Entered == other.Entered
        && IsMay == other.IsMay
        && Held.Equals(other.Held)
        && Acquired.Equals(other.Acquired)
        && Facts.Equals(other.Facts)
        && Values.Equals(other.Values)
        && Tokens.Equals(other.Tokens)
        && SeldomKnown.IsAs(other.SeldomKnown));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PathState);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        unchecked
        {
            int hash = Held.GetHashCode();
            hash = (hash * 31) + Acquired.GetHashCode();
            hash = (hash * 31) + Mask.GetHashCode();
            hash = (hash * 31) + (int)NotIn + ((int)Entered * 7);
            hash = (hash * 31) + Facts.GetHashCode();
            hash = (hash * 31) + Values.GetHashCode();
            hash = (hash * 31) + Tokens.GetHashCode();
            return (((hash * 31) + SeldomKnown.Hash()) * 2) + (IsMay ? 1 : 0);
        }
    }

    private static bool SharesResult(string fact, string value)
    {
        int open = fact.IndexOf('⟦');
        int close = fact.IndexOf('⟧', open);
        return value.Contains(fact.Substring(open, close - open + 1));
    }

    private PathState Copy(
        PathMap<string, int>? held = null,
        PathMap<string, Acquisition>? acquired = null,
        MaskState? mask = null,
        PathMap<ProtocolKey, string>? protocols = null,
        PathMap<OrderKey, int>? orders = null,
        PathMap<string, bool>? facts = null,
        PathMap<string, Value>? values = null,
        PathMap<string, Token>? tokens = null,
        PathMap<IrqSafety.Contracts.Mask, MaskDebt>? debts = null,
        PathMap<int, SavedMask>? saved = null,
        PathMap<string, Sample>? samples = null,
        PathMap<string, Decision>? decisions = null,
        PathMap<string, bool>? answers = null,
        PathMap<string, bool>? givenUp = null,
        IrqSafety.Contracts.Context? notIn = null,
        IrqSafety.Contracts.Context? entered = null,
        bool? isMay = null) =>
        With(SeldomKnown.With(protocols, orders, debts, saved, samples, decisions, answers, givenUp), held, acquired, mask, facts, values, tokens, notIn, entered, isMay);

    private PathState With(
        Seldom seldom,
        PathMap<string, int>? held,
        PathMap<string, Acquisition>? acquired,
        MaskState? mask,
        PathMap<string, bool>? facts,
        PathMap<string, Value>? values,
        PathMap<string, Token>? tokens,
        IrqSafety.Contracts.Context? notIn,
        IrqSafety.Contracts.Context? entered,
        bool? isMay) =>
        seldom == SeldomKnown && (held is null || ReferenceEquals(held, Held)) && (acquired is null || ReferenceEquals(acquired, Acquired)) && (mask is null || mask == Mask)
        && (facts is null || ReferenceEquals(facts, Facts)) && (values is null || ReferenceEquals(values, Values)) && (tokens is null || ReferenceEquals(tokens, Tokens))
        && (isMay is null || isMay == IsMay) && (notIn is null || notIn == NotIn) && (entered is null || entered == Entered)
        ? this
        : new()
        {
            SeldomKnown = seldom,
            Held = held ?? Held,
            Acquired = acquired ?? Acquired,
            Mask = mask ?? Mask,
            Facts = facts ?? Facts,
            Values = values ?? Values,
            Tokens = tokens ?? Tokens,
            NotIn = notIn ?? NotIn,
            Entered = entered ?? Entered,
            IsMay = isMay ?? IsMay,
        };

    /// <summary>What is known at few points, kept apart so that a state is small.</summary>
    private sealed class Seldom
    {
        public static Seldom Nothing { get; } = new();

        public PathMap<IrqSafety.Contracts.Mask, MaskDebt> Debts { get; private init; } = PathMap<IrqSafety.Contracts.Mask, MaskDebt>.Empty;

        public PathMap<int, SavedMask> Saved { get; private init; } = PathMap<int, SavedMask>.Empty;

        public PathMap<ProtocolKey, string> Protocols { get; private init; } = PathMap<ProtocolKey, string>.Empty;

        public PathMap<OrderKey, int> Orders { get; private init; } = PathMap<OrderKey, int>.Empty;

        public PathMap<string, Sample> Samples { get; private init; } = PathMap<string, Sample>.Empty;

        public PathMap<string, Decision> Decisions { get; private init; } = PathMap<string, Decision>.Empty;

        public PathMap<string, bool> GivenUp { get; private init; } = PathMap<string, bool>.Empty;

        public PathMap<string, bool> Answers { get; private init; } = PathMap<string, bool>.Empty;

        public Seldom With(
            PathMap<ProtocolKey, string>? protocols,
            PathMap<OrderKey, int>? orders,
            PathMap<IrqSafety.Contracts.Mask, MaskDebt>? debts,
            PathMap<int, SavedMask>? saved,
            PathMap<string, Sample>? samples,
            PathMap<string, Decision>? decisions,
            PathMap<string, bool>? answers,
            PathMap<string, bool>? givenUp) =>
            (protocols is null || ReferenceEquals(protocols, Protocols)) && (orders is null || ReferenceEquals(orders, Orders))
            && (debts is null || ReferenceEquals(debts, Debts)) && (saved is null || ReferenceEquals(saved, Saved))
            && (samples is null || ReferenceEquals(samples, Samples)) && (decisions is null || ReferenceEquals(decisions, Decisions))
            && (answers is null || ReferenceEquals(answers, Answers)) && (givenUp is null || ReferenceEquals(givenUp, GivenUp))
            ? this
            : new()
            {
                Protocols = protocols ?? Protocols,
                Orders = orders ?? Orders,
                Debts = debts ?? Debts,
                Saved = saved ?? Saved,
                Samples = samples ?? Samples,
                Decisions = decisions ?? Decisions,
                Answers = answers ?? Answers,
                GivenUp = givenUp ?? GivenUp,
            };

        public Seldom Join(Seldom other) => this == other ? this : With(
            Protocols.Common(other.Protocols),
            Orders.Join(other.Orders),
            Debts.Common(other.Debts),
            Saved.Equals(other.Saved) ? Saved : PathMap<int, SavedMask>.Empty,
            Samples.Common(other.Samples),
            Decisions.Common(other.Decisions),
            Answers.Common(other.Answers),
            GivenUp.Common(other.GivenUp));

        public bool IsAs(Seldom other) => this == other || (Debts.Equals(other.Debts)
            && Saved.Equals(other.Saved)
            && Protocols.Equals(other.Protocols)
            && Orders.Equals(other.Orders)
            && Samples.Equals(other.Samples)
            && Decisions.Equals(other.Decisions)
            && GivenUp.Equals(other.GivenUp)
            && Answers.Equals(other.Answers));

        public int Hash()
        {
            unchecked
            {
                int hash = Debts.GetHashCode();
                hash = (hash * 31) + Saved.GetHashCode();
                hash = (hash * 31) + Protocols.GetHashCode();
                hash = (hash * 31) + Orders.GetHashCode();
                hash = (hash * 31) + Samples.GetHashCode();
                hash = (hash * 31) + Decisions.GetHashCode();
                hash = (hash * 31) + GivenUp.GetHashCode();
                return (hash * 31) + Answers.GetHashCode();
            }
        }
    }
}

/// <summary>Which object a protocol state belongs to.</summary>
/// <param name="Protocol">The table.</param>
/// <param name="Object">The term for the object; empty when there is one in the system.</param>
internal readonly record struct ProtocolKey(string Protocol, string Object) : IComparable<ProtocolKey>
{
    /// <inheritdoc/>
    public int CompareTo(ProtocolKey other) =>
        string.CompareOrdinal(Protocol, other.Protocol) is not 0 and var order ? order : string.CompareOrdinal(Object, other.Object);

    /// <summary>The key for every value of its variables.</summary>
    public ProtocolKey Generalise() => new(Protocol, Value.Generalise(Object));

    /// <summary>True when the key says which object it is even without the variables in it, so that it means the same in another body.</summary>
    public bool IsAnchored() => Object.Length > 0 && !Object.Contains("⟦") && Value.Generalise(Object).Trim('*', ' ', '+', '-', '(', ')').Length > 0;
}
