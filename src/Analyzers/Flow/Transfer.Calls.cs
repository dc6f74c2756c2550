using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <content>What calls do.</content>
internal sealed partial class Transfer
{
    private Value? Create(IObjectCreationOperation creation, IMethodSymbol constructor)
    {
        Value? result = Call(creation, constructor, null, creation.Arguments);
        if (creation.Initializer is { } initializer)
        {
            Evaluate(initializer);
        }

        // A struct made from one number is that number: new IntId(40).
        return creation is { Type.IsValueType: true, Arguments.Length: 1 } && IsNumber(creation.Arguments[0].Parameter?.Type) && Evaluate(creation.Arguments[0].Value) is { } number ? number : result;
    }

    private static bool IsNumber(ITypeSymbol? type) => type is { TypeKind: TypeKind.Enum }
        || type?.SpecialType is >= SpecialType.System_SByte and <= SpecialType.System_UInt64;

    private Value? Call(IOperation operation, IMethodSymbol target, IOperation? instance, ImmutableArray<IArgumentOperation> arguments) =>
        CallWith(operation, target, instance, Evaluate(instance), arguments);

    private Value? CallWith(IOperation operation, IMethodSymbol target, IOperation? instance, Value? receiver, ImmutableArray<IArgumentOperation> arguments)
    {
        CallTarget known = TargetOf(operation, target, instance);
        if (known.IsUnknown)
        {
            return CallUnknown(known, operation, target, instance, receiver, arguments);
        }

        IMethodSymbol definition = known.Definition;
        OperationContract contract = known.Contract;
        Body? callee = known.Callee;
        int number = known.Number;
        CallArguments values = CallArguments.For(arguments);
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { } parameter)
            {
                values.Add(parameter, argument, EvaluateArgument(contract, parameter, argument.Value));
            }
        }

        bool contracted = known.Method.IsContracted;
        CallEvent? call = _log.Call(operation, number, known.Method);
        var site = new CallSite(this, operation, known, instance, receiver, values, arguments);
        call?.Given(values);
        RegisterHandlers(operation, arguments, values, call);
        foreach (IArgumentOperation argument in arguments)
        {
            LookForMixedFlags(target, argument, argument.Parameter is { } given && values.TryGetValue(given.Name, out Value? one) ? one : null);
        }

        HandOnFlags(contract.Reinterprets is null ? null : receiver);
        foreach (KeyValuePair<string, Value?> given in values)
        {
            HandOnFlags(given.Key == contract.RestoresFrom ? null : given.Value);
        }

        MoveGuards(arguments, values, contract);
        TouchData(operation, contract, instance, arguments);
        foreach (KeyValuePair<string, Value?> given in values)
        {
            HandOn(given.Value);
        }

        Value? result = ResultOf(site, callee, target.ReturnType);
        result = contract.TellsContext == Context.None ? result : result?.Telling(contract.TellsContext);
        PathState before = _state;
        ForgetResult(known);
        PathState entered = _state;
        if (contracted)
        {
            _log.Calling(contract);
            ApplyContract(site, call);
            AskCapability(contract, operation is IPropertyReferenceOperation ? null : result);
            if (contract.Expresses is { } original && result is not null && site.ConstantOf(original) is { } said)
            {
                _expressed[result.Text] = said;
            }
        }

        if (callee is null && !contract.SpeaksOfOrder)
        {
            PassOrders(definition);
        }

        if (callee is not null)
        {
            Throw(callee, site, entered);
            ApplyBody(callee, site);
            Receive(operation, callee, site, entered);
        }

        if (_anythingMayThrow && !contracted)
        {
            Thrown.Add(entered.AsMay());
        }

        if (contract.MayThrow && callee is null)
        {
            Thrown.Add(entered);
            Thrown.Add(_state);
        }

        WriteBack(contract, arguments, number);
        Finish(call, site, known, before);
        return result;
    }

    // A word of one kind where one of another is expected. A DAIF word is what DAIF reads as, but for PMR.
    private void LookForMixedFlags(IMethodSymbol target, IArgumentOperation argument, Value? value)
    {
        if (value?.Member is not null && argument.Parameter is { } parameter && IsNumber(parameter.Type))
        {
            CompareFlags(argument.Value, parameter, value, argument.Parent, target);
        }
    }

    private void CompareFlags(IOperation operation, ISymbol place, Value? value, IOperation? call, IMethodSymbol? target)
    {
        FlagKind expected = value?.Member is null ? FlagKind.None : _scope.Contracts.Contracts.FlagKindOf(place);
        FlagKind given = expected == FlagKind.None ? FlagKind.None : _scope.Contracts.Contracts.FlagKindOf(value!.Member!);
        if (given != FlagKind.None && given != expected && (given, expected) is not (FlagKind.DaifFlags, FlagKind.Daif))
        {
            _log.Mixing(operation, new MixedFlags(OperationPlace.Of(operation), given, expected, place, call is null ? null : OperationPlace.Of(call), target));
        }
    }

    // Who else knows saved flags may restore them.
    private void HandOnFlags(Value? given)
    {
        if (given is not null && !_state.Saved.IsEmpty)
        {
            _state = _state.HandOn(given.Text);
        }
    }

    // A guard that is passed by value, or by a reference that can end it, is the callee's from then on: whether its lock is held is known only when
    // the callee's contract says that it takes it over.
    private void MoveGuards(ImmutableArray<IArgumentOperation> arguments, CallArguments values, OperationContract contract)
    {
        if (_state.Tokens.IsEmpty)
        {
            return;
        }

        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.None or RefKind.Ref } parameter && !contract.TakesOver.Contains(parameter.Name)
                && values.TryGetValue(parameter.Name, out Value? value) && value is not null
                && _state.Tokens.TryGetValue(value.Text, out Token? token) && token is { IsGuard: true, HasEnded: false })
            {
                _state = _state.WithoutToken(value.Text);
                _state = token.Lock is { } instance ? _state.Unsure(instance) : _state;
            }
        }
    }

    // An exception of a body of the scope leaves it with what that body had done by then.
    private void Throw(Body callee, CallSite site, PathState entered)
    {
        BodySummary summary = _scope.SummaryOf(callee);
        if (!summary.Throws && !site.Contract.MayThrow)
        {
            return;
        }

        PathState normal = _state;
        _state = entered;
        if (!site.Known.Method.SpeaksOfLocks)
        {
            ApplyLocks(summary.HeldOnThrow, summary, site);
        }

        Thrown.Add(_state.WithMask(_state.Mask.Then(summary.MaskOnThrow)));
        _state = normal;
    }

    private CallTarget TargetOf(IOperation operation, IMethodSymbol target, IOperation? instance)
    {
        if (!_calls.TryGetValue(operation, out CallTarget? known))
        {
            CalledMethod method = _scope.Contracts.Called(target);
            Body? callee = instance?.Type is { } receiverType && SymbolEqualityComparer.Default.Equals(receiverType, target.ContainingType) || instance is null || !method.Definition.IsVirtual
                ? _scope.Called(method.Definition)
                : null;
            _calls[operation] = known = new CallTarget(_calls.Count, method, callee);
        }

        return known;
    }

    // Nothing is known of what is called. It is neutral, except that it may do anything to an object it is given.
    private Value? CallUnknown(CallTarget known, IOperation operation, IMethodSymbol target, IOperation? instance, Value? receiver, ImmutableArray<IArgumentOperation> arguments)
    {
        bool isFunction = known.Definition is { IsStatic: true, IsAsync: false, ReturnsVoid: false } && known.Method.TakesValues;
        var values = new Value?[arguments.Length];
        for (int i = 0; i < arguments.Length; i++)
        {
            values[i] = Evaluate(arguments[i].Value);
            isFunction &= values[i] is { IsResult: false };
        }

        TouchData(operation, known.Contract, instance, arguments);
        for (int i = 0; i < arguments.Length; i++)
        {
            HandOn(values[i]);
            HandOnFlags(values[i]);
            LookForMixedFlags(target, arguments[i], values[i]);
        }

        PassOrders(known.Definition);
        if (_anythingMayThrow)
        {
            Thrown.Add(_state.AsMay());
        }

        foreach (Value? given in values)
        {
            GiveLock(given);
        }

        GiveLock(receiver);

        // It depends on its arguments only, for all that is known.
        if (isFunction && Term($"{known.Definition.Name}({string.Join(", ", InOrder(arguments, values))})", [.. values.OfType<Value>()]) is { } term)
        {
            return term;
        }

        Value result = known.Result;
        ForgetResult(known);
        if (!known.Definition.ReturnsVoid)
        {
            _log.CallingUnknown();
            if (AskedTwice.Contains(known.Definition) && !_questions.ContainsKey(known.Number))
            {
                _questions[known.Number] = $"{receiver?.Text}.{known.Definition.Name}({string.Join(", ", InOrder(arguments, values))})";
            }
        }

        if (!_state.Protocols.IsEmpty)
        {
            ForgetProtocolsOf(values.Append(receiver).OfType<Value>());
        }

        WriteBack(known.Contract, arguments, known.Number);
        _ended |= known.Method.NeverReturns;
        return !known.Definition.ReturnsVoid || target.MethodKind == MethodKind.Constructor ? result : null;
    }

    private void ForgetProtocolsOf(IEnumerable<Value> objects)
    {
        foreach (Value given in objects)
        {
            if (given.Text != "this")
            {
                _state = _state.ForgetProtocols(key => key.Object == given.Text);
            }
        }
    }

    private static IEnumerable<string> InOrder(ImmutableArray<IArgumentOperation> arguments, Value?[] values) =>
        arguments.Select((argument, index) => (argument.Parameter?.Ordinal ?? 0, Text: values[index]?.Text ?? "_")).OrderBy(one => one.Item1).Select(one => one.Text);

    // What knows nothing of contracts may still release a lock, or end a guard, that it is handed.
    private void GiveLock(Value? given)
    {
        if (given is null || _state.Held.IsEmpty)
        {
            return;
        }

        string? instance = given.Text;
        if (_state.Tokens.TryGetValue(given.Text, out Token? token) && !token.HasEnded)
        {
            instance = token.Lock;
            _state = token.IsGuard ? _state.WithoutToken(given.Text) : _state;
        }

        if (instance is not null && _state.IsHeld(instance))
        {
            _state = _state.Unsure(instance);
        }
    }

    /// <summary>What a call calls, found out once.</summary>
    private sealed class CallTarget(int number, CalledMethod method, Body? callee)
    {
        public int Number => number;

        public CalledMethod Method => method;

        public IMethodSymbol Definition => method.Definition;

        public OperationContract Contract => method.Contract;

        public Body? Callee => callee;

        public bool IsUnknown => !method.IsContracted && callee is null;

        /// <summary>The locks that its contract named so far.</summary>
        public List<NamedLock>? Named { get; set; }

        /// <summary>The term for what it returns.</summary>
        public Value Result { get; } = Value.OfResult(number);
    }

    /// <summary>The lock that an expression of a contract names, with this value of its root.</summary>
    private readonly record struct NamedLock(string Expression, string RootName, Value? Root, LockReference Lock);

    // The call is made again: what was known of its last result is about another one.
    private void ForgetResult(CallTarget known)
    {
        if (_made.Add(known.Number) || !_state.NamesResults)
        {
            return;
        }

        Func<string, bool> mentions = MentioningResult(known.Result.Text);
        _log.Outcomes(_state, mentions);
        _state = _state.Forget(mentions);
    }

    private static Func<string, bool> MentioningResult(string whole)
    {
        string part = whole.Substring(0, whole.Length - 1) + ".";
        return text => text.IndexOf('⟦') >= 0 && (text.Contains(whole) || text.Contains(part));
    }

    private void RegisterHandlers(IOperation operation, ImmutableArray<IArgumentOperation> arguments, CallArguments values, CallEvent? call)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { } parameter
                && values.TryGetValue(parameter.Name, out Value? value) && value?.Target is { } handler
                && _scope.Contracts.Contracts.RunsWhatIsStored(parameter) is { } rule)
            {
                _log.Register(argument.Value, handler, rule, parameter, call);
            }
        }
    }

    private Value? ResultOf(CallSite site, Body? callee, ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Void)
        {
            return site.Target.MethodKind == MethodKind.Constructor ? Value.OfCreation(site.Number) : null;
        }

        if (site.Contract.Wraps is { } wraps && site.Arguments.TryGetValue(wraps.Parameter, out Value? wrapped) && wrapped?.Number is { } number)
        {
            return Value.OfConstant(number + wraps.Plus, null);
        }

        bool dependsOnArgumentsOnly = site.Known.Method.IsPure
            && AreNoResults(site.Arguments)
            && (callee is null ? site.Target.IsStatic && !site.Target.IsAsync : _scope.SummaryOf(callee).IsPredicate && (site.Target.IsStatic || site.Receiver is not null || site.Target.MethodKind == MethodKind.LocalFunction));
        if (!dependsOnArgumentsOnly)
        {
            _log.CallingUnknown();
            return site.Result;
        }

        string of = site.Receiver is { } receiver && !site.Target.IsStatic ? receiver.Text + "." : "";
        return site.Target.Parameters.IsEmpty
            ? Term($"{of}{site.Target.Name}()") ?? site.Result
            : Term($"{of}{site.Target.Name}({ArgumentsOf(site)})", [.. site.Arguments.Values.OfType<Value>()]) ?? site.Result;
    }

    private static string ArgumentsOf(CallSite site) =>
        string.Join(", ", site.Target.Parameters.Select(parameter => site.Arguments.TryGetValue(parameter.Name, out Value? value) ? value?.Text : "_"));

    private static bool AreNoResults(CallArguments arguments)
    {
        foreach (KeyValuePair<string, Value?> given in arguments)
        {
            if (given.Value is null or { IsResult: true })
            {
                return false;
            }
        }

        return true;
    }

    private void ApplyContract(CallSite site, CallEvent? call)
    {
        OperationContract contract = site.Contract;
        MaskState before = _state.Mask;
        string result = site.Result.Text;
        LockEffect? tries = site.Known.Method.Tries;

        // What drops a lock and returns with it held drops it first.
        int count = contract.Locks.Count;
        for (int i = 0; i < 2 * count; i++)
        {
            LockEffect effect = contract.Locks[i % count];
            if (effect.Action == LockAction.Release != i < count)
            {
                continue;
            }

            LockReference reference = site.Lock(effect.Lock);
            string instance = reference.Instance;
            _log.Naming(reference);
            bool? applies = Applies(site, effect);
            if (effect.Action == LockAction.Acquire && applies == true)
            {
                // Before the lock was held, others could change what it protects.
                Acquisition how = Taking(contract, site.Number, effect.Mode, isTry: false, before);
                _state = ForgetShared(_state);
                if (effect.OnResult is null)
                {
                    _state = _state.Take(instance, how);
                }
                else
                {
                    ApplyResult(site, effect, instance, how);
                }
            }
            else if ((effect.Action is LockAction.Acquire or LockAction.Release && applies is null) || (effect.Action == LockAction.Initialise && _state.IsHeld(instance)))
            {
                // Who initialises what is held has lost it; what comes after is a consequence.
                _state = _state.Unsure(instance);
            }
            else if (effect.Action == LockAction.Release && applies == true)
            {
                Owe(site, instance);
                _state = _state.Drop(instance, isConverted: IsConverted(contract, effect));
            }
        }

        if (contract.EntersContext != Context.None || contract.LeavesContext)
        {
            _state = _state.InContext(contract.EntersContext);
        }

        if (contract.RestoresMask != Mask.None)
        {
            Value? saved = contract.RestoresFrom is { } from && site.Arguments.TryGetValue(from, out Value? value) ? value : null;
            PutBack(site, saved, call);
            MaskState? restored = saved is not null && _state.Tokens.TryGetValue(saved.Text, out Token? token) ? token.Before : WordIn(saved, contract);
            if (call is not null && restored is { } word && !_state.Tokens.ContainsKey(saved!.Text))
            {
                call.WrittenMask = word;
            }

            _state = _state.WithMask(_state.Mask.Restore(contract.RestoresMask, restored));
            if (restored is null || !StaysMasked(contract.RestoresMask, restored.Value))
            {
                _state = _state.Settled(contract.RestoresMask);
            }
        }

        if (tries is null)
        {
            ApplyMasks(contract);
        }

        // Who drops the result wants the mask and no more.
        if (site.Known.Method.MasksAndSaves && !site.IsResultDiscarded)
        {
            _state = _state.Save(new SavedMask(site.Number, result, contract.SavesMask, before));
        }

        Token? made = contract.Guard is { } guard
            ? new Token(guard.Holds is { } held ? site.Lock(held).Instance : null, guard.Restores, before) { Mode = guard.Mode, Unmasks = guard.Unmasks, IsGuard = true }
            : contract.SavesMask != Mask.None ? new Token(null, contract.SavesMask, before) : null;
        if (made is not null)
        {
            _state = _state.WithToken(result, made);
            foreach (IParameterSymbol parameter in site.Target.Parameters)
            {
                _state = parameter.RefKind == RefKind.Out ? _state.WithToken(Value.OfResult(site.Number, "." + parameter.Name).Text, made) : _state;
            }
        }

        if (tries is not null)
        {
            ApplyTry(site, tries, result);
        }

        if (contract.Disposes && site.Receiver is { } ended)
        {
            End(ended, call);
        }

        for (int i = 0; i < contract.TakesOver.Count; i++)
        {
            if (site.Arguments.TryGetValue(contract.TakesOver[i], out Value? moved) && moved is not null)
            {
                End(moved, call);
            }
        }

        for (int i = 0; i < contract.Transitions.Count; i++)
        {
            ApplyTransition(site, contract.Transitions[i], call);
        }

        ApplyOrders(site);
    }

    /// <summary>What a constant that is written to a mask register masks; null for anything else.</summary>
    private MaskState? WordIn(Value? value, OperationContract contract)
    {
        if (contract.PriorityMask is { } write && value?.Number is { } number)
        {
            Mask masked = write.MaskedBy(number);
            return MaskState.OfWord(masked, (Mask.Irq | Mask.Nmi) & ~masked);
        }

        return value?.Member is { } member && _scope.Contracts.Contracts.MaskWordOf(member) is var (off, on) ? MaskState.OfWord(off, on) : null;
    }

    // It is held in another mode after the call.
    private static bool IsConverted(OperationContract contract, LockEffect released)
    {
        for (int i = 0; i < contract.Locks.Count; i++)
        {
            if (contract.Locks[i] is { Action: LockAction.Acquire } other && other.Lock == released.Lock && other.Mode != released.Mode)
            {
                return true;
            }
        }

        return false;
    }

    private const Mask InterruptMasks = Mask.Irq | Mask.Daif;

    /// <summary>A saved mask is put back: the innermost that is still to be, or one that is not its turn.</summary>
    private void PutBack(CallSite site, Value? flags, CallEvent? call)
    {
        if (flags is null || (site.Contract.RestoresMask & InterruptMasks) == 0)
        {
            return;
        }

        SavedMask? innermost = _state.Saved.TryGetValue(_state.Saved.Count - 1, out SavedMask? top) ? top : null;
        int depth = _state.Saved.Where(open => open.Value.Term == flags.Text).Select(open => open.Key).DefaultIfEmpty(-1).Last();
        if (depth < 0)
        {
            // Masked anew meanwhile, so this puts back what the first time did.
            if (_state.Tokens.TryGetValue(flags.Text, out Token? token) && token is { IsGuard: false, HasEnded: true } && (innermost is not null || _state.Mask.Irq != MaskLevel.Masked))
            {
                Misplaced(MisplacedRestore.Again, innermost);
            }

            return;
        }

        SavedMask saved = _state.Saved[depth];
        if (depth < _state.Saved.Count - 1 && !StaysMasked(saved.Mask, saved.Before))
        {
            Misplaced(MisplacedRestore.OutOfOrder, innermost);
        }

        _state = _state.Restored(depth);
        if (_state.Tokens.TryGetValue(flags.Text, out Token? ended))
        {
            _state = _state.WithToken(flags.Text, ended with { HasEnded = true });
        }

        // What a release of a lock puts back is judged with the lock.
        void Misplaced(MisplacedRestore how, SavedMask? inner)
        {
            if (site.Contract.Locks.Count == 0 && call is not null && !_state.IsMay)
            {
                call.Misplaced ??= (how, inner?.Call);
            }
        }
    }

    private static Acquisition Taking(OperationContract contract, int call, LockMode mode, bool isTry, MaskState before) => new(call, mode, isTry, before)
    {
        Masks = MaskedBy(contract, masked: true),
        Saves = contract.SavesMask | (contract.Guard?.Restores ?? Mask.None),
    };

    private static Mask MaskedBy(OperationContract contract, bool masked)
    {
        Mask all = Mask.None;
        for (int i = 0; i < contract.SetsMask.Count; i++)
        {
            MaskChange change = contract.SetsMask[i];
            all |= change.Masked == masked ? change.Mask : Mask.None;
        }

        return all;
    }

    /// <summary>The lock is released here: what taking it masked and this does not undo, somebody has to undo later.</summary>
    private void Owe(CallSite site, string instance)
    {
        if (!_state.Acquired.TryGetValue(instance, out Acquisition? how) || how.Call == Acquisition.AtEntry)
        {
            return;
        }

        Token? saved = site.Contract.RestoresFrom is { } from && site.Arguments.TryGetValue(from, out Value? value) && value is not null && _state.Tokens.TryGetValue(value.Text, out Token? token) ? token : null;
        Mask undone = site.Contract.RestoresMask | MaskedBy(site.Contract, masked: false);
        foreach (Mask mask in FlavourMasks)
        {
            bool remains = (undone & mask) == 0 || ((site.Contract.RestoresMask & mask) != 0 && saved is not null && StaysMasked(mask, saved.Before));
            if ((how.Masks & mask) != 0 && remains && !StaysMasked(mask, how.Before))
            {
                _state = _state.Owing(mask, new MaskDebt(how.Call, site.Number));
            }
        }
    }

    private static readonly ImmutableArray<Mask> FlavourMasks = [Mask.Irq, Mask.SoftIrq];

    // What was masked before stays so when that state is put back. Softirqs are counted, so putting them back always undoes something.
    private static bool StaysMasked(Mask mask, MaskState before) => (mask & Mask.Irq) != 0 && before.Irq == MaskLevel.Masked;

    /// <summary>The guard ends: its lock is released and its mask put back. The default value of a guard is inert, and ends nothing.</summary>
    private void End(Value guard, CallEvent? call)
    {
        if (!_state.Tokens.TryGetValue(guard.Text, out Token? token))
        {
            return;
        }

        LockReference? reference = token.Lock is { } named && _log.Locks.TryGetValue(named, out LockReference? known) ? known : null;
        if (token.HasEnded)
        {
            call?.Ended(new EndedGuard(token, reference));
            return;
        }

        Mask undone = token.Restores | token.Unmasks;
        _state = _state.WithToken(guard.Text, token with { HasEnded = true }, _state.Mask.Restore(token.Restores, token.Before).Set(token.Unmasks, masked: false));
        _state = StaysMasked(token.Restores, token.Before) ? _state : _state.Settled(undone);
        if (token.Lock is not { } instance || !_state.Held.TryGetValue(instance, out int count))
        {
            return;
        }

        if (count is > 0 or PathState.UnknownCount)
        {
            _state = _state.Drop(instance);
        }
        else
        {
            call?.Ended(new EndedGuard(token, reference));
        }
    }

    // Null where it is not known.
    private bool? Applies(CallSite site, LockEffect effect)
    {
        if (effect.Unless is { } scope && _state.Held.TryGetValue(site.Lock(scope).Instance, out int open) && open is > 0 or PathState.UnknownCount)
        {
            return open > 0 ? false : null;
        }

        return effect.When is null ? true : When.Met(effect.When, site.ConstantOf);
    }

    /// <summary>The condition that a call returned this constant; null when its type has no such constant.</summary>
    private static Value? Returned(CallSite site, string name)
    {
        ITypeSymbol type = site.Target.ReturnType;
        object? constant = type.SpecialType == SpecialType.System_Boolean ? name == "true" : type.GetMembers(name).OfType<IFieldSymbol>().FirstOrDefault()?.ConstantValue;
        return constant is null ? null : site.Result.EqualTo(Value.OfConstant(constant, type));
    }

    // It is held when the call returned this constant.
    private void ApplyResult(CallSite site, LockEffect effect, string instance, Acquisition how)
    {
        Value? held = Returned(site, effect.OnResult!);
        if (held is null)
        {
            _state = _state.Unsure(instance);
            return;
        }

        // A nest lock of the call keeps account of what was taken under it: what is held is not taken again, and the result says so.
        bool isKept = effect.Nest is { } nest && site.ConstantOf(nest) != "null" && _state.IsHeld(instance);
        _choices.Add([state => isKept ? null : state.Assume(held, truth: true)?.Take(instance, how), state => state.Assume(held, truth: false)]);
    }

    private void ApplyMasks(OperationContract contract)
    {
        for (int i = 0; i < contract.SetsMask.Count; i++)
        {
            MaskChange change = contract.SetsMask[i];
            _state = _state.WithMask(_state.Mask.Set(change.Mask, change.Masked));
            _state = change.Masked ? _state : _state.Settled(change.Mask);
        }
    }

    private void ApplyTry(CallSite site, LockEffect effect, string result)
    {
        Value outcome = site.Result;
        string instance = site.Lock(effect.Lock).Instance;
        OperationContract contract = site.Contract;
        _choices.Add(
        [
            state =>
            {
                PathState? taken = state.Assume(outcome, effect.On)?.Take(instance, Taking(contract, site.Number, effect.Mode, isTry: true, state.Mask));

                // That a mask is saved on success says that it may have changed.
                Mask saved = contract.SavesMask | (contract.Guard?.Restores ?? Mask.None);
                taken = taken?.WithMask(taken.Mask.Restore(saved & (Mask.Irq | Mask.Daif), null));
                foreach (MaskChange change in contract.SetsMask)
                {
                    taken = taken?.WithMask(taken.Mask.Set(change.Mask, change.Masked));
                }

                return taken;
            },
            state => site.Target.Parameters.Aggregate(state.Assume(outcome, !effect.On)?.WithoutToken(result), (one, parameter) => one?.WithoutToken(Value.OfResult(site.Number, "." + parameter.Name).Text)),
        ]);
    }

    private void ApplyTransition(CallSite site, TransitionContract transition, CallEvent? call)
    {
        if (Protocols.Find(transition.Protocol) is not { } table || table.FindEvent(transition.Event) is not { } @event)
        {
            return;
        }

        bool? applies = transition.When is null ? true : When.Met(transition.When, site.ConstantOf);
        if (applies == false)
        {
            return;
        }

        Value? subject = transition.Of is null ? Value.OfTerm("") : transition.Of == "this" ? site.Receiver : transition.Of == "return" ? site.Result : site.Arguments.TryGetValue(transition.Of, out Value? value) ? value : null;
        if (subject?.Constant == "null")
        {
            return; // no object, no event
        }

        if (subject is null)
        {
            _state = _state.ForgetProtocols(one => one.Protocol == table.Name);
            return;
        }

        var key = new ProtocolKey(table.Name, subject.Text);
        if (applies is null)
        {
            _state = _state.WithProtocol(key, null);
            return;
        }

        string? state = _state.Protocols.TryGetValue(key, out string? known) ? known : null;
        var step = new ProtocolStep(table, @event, key, site.DisplayOf(transition.Of) ?? Value.Display(subject.Text), state, _state);
        call?.Stepped(step);
        _trace?.Step(call, step);
        ProtocolRow? row = state is null ? table.RowFromUnknown(@event.Name) : table[state, @event.Name];
        if (row is null || row.Law is not null)
        {
            // After a breach nothing is known, or one mistake would be reported once for each later step.
            _state = _state.WithProtocol(key, null);
        }
        else if (transition.Unless is { } unless && Deciding(site.Target.ReturnType, subject, unless) is { } without)
        {
            _deciding[subject.Text] = without.Text;
            _trace?.Decides(table, without.Text.Substring(subject.Text.Length));
            _choices.Add([one => one.Assume(without, truth: false)?.WithProtocol(key, row.Next), one => one.Assume(without, truth: true)?.WithProtocol(key, state ?? table.Initial)]);
        }
        else if (transition.OnResult is { } result)
        {
            if (Returned(site, result) is { } moved)
            {
                _choices.Add([one => one.Assume(moved, truth: true)?.WithProtocol(key, row.Next), one => one.Assume(moved, truth: false)]);
            }
            else
            {
                _state = _state.WithProtocol(key, null);
            }
        }
        else if (row.OnFailure is { } failed && SuccessOf(site) is { } success && !(site.IsResultDropped && failed == row.State))
        {
            // A failure that changes nothing leaves unknown what was.
            string? after = state is null && failed == row.State && row.State != table.Initial ? null : failed;
            _choices.Add(
            [
                one => one.Assume(success, truth: true)?.WithProtocol(key, row.Next),
                one => one.Assume(success, truth: false)?.WithProtocol(key, after),
            ]);
        }
        else
        {
            _state = _state.WithProtocol(key, row.Next);
        }
    }

    // The term for the member that decides whether there was an event.
    private Value? Deciding(ITypeSymbol type, Value subject, string member) => type.GetMembers(member).FirstOrDefault() is { } found ? MemberOf(subject, found) : null;

    /// <summary>The condition under which a call succeeded: zero for numbers, as error codes are; true for truth values.</summary>
    private static Value? SuccessOf(CallSite site)
    {
        Value result = site.Result;
        ITypeSymbol type = site.Target.ReturnType;
        return type.SpecialType == SpecialType.System_Boolean ? result : IsNumber(type) ? result.EqualTo(Value.OfConstant(0, null)) : null;
    }

    private void ApplyBody(Body callee, CallSite site)
    {
        BodySummary summary = _scope.SummaryOf(callee);
        _log.Calling(summary);
        if (!site.Contract.SpeaksOfOrder)
        {
            ApplyOrders(summary, site.Number);
        }

        if (!site.Known.Method.SpeaksOfLocks)
        {
            ApplyLocks(summary.Held, summary, site);
            foreach (string given in summary.GivesUp)
            {
                if (!summary.Held.ContainsKey(given) && AtCaller(given, site, callee) is { } instance)
                {
                    _state = _state.Retaken(instance);
                }
            }
        }

        if (summary.Returned is { } returned && site.Contract.Guard is null)
        {
            _state = _state.WithToken(site.Result.Text, returned with { Lock = returned.Lock is { } held ? AtCaller(held, site) : null, Before = _state.Mask });
        }

        // A helper that saves and returns what it saved: restoring it is the caller's.
        if (summary.ReturnedMask != Mask.None && site.Contract.SavesMask == Mask.None && !site.IsResultDiscarded)
        {
            string returnedMask = site.Result.Text;
            _state = _state.Save(new SavedMask(site.Number, returnedMask, summary.ReturnedMask, _state.Mask)).WithToken(returnedMask, new Token(null, summary.ReturnedMask, _state.Mask));
        }

        if (!site.Known.Method.SpeaksOfMasks)
        {
            MaskState effect = site.Contract.KeepsMask == Mask.None ? summary.Mask : summary.Mask.Without(site.Contract.KeepsMask);
            Mask touched = (summary.Mask.Irq != MaskLevel.AsAtEntry ? Mask.Irq : Mask.None) | (summary.Mask.SoftIrqOff != 0 ? Mask.SoftIrq : Mask.None);
            _state = _state.WithMask(_state.Mask.Then(effect)).Settled(touched);
        }

        if (!summary.Writes.IsEmpty)
        {
            _state = _state.Forget(MentioningAny([.. summary.Writes.Select(static member => "." + member.Name)]));
        }

        if ((_trace is null || !Follow(_trace, callee, site)) && !_state.Protocols.IsEmpty)
        {
            ForgetProtocolsOf(summary);
        }

        if (!summary.Returns)
        {
            _ended = true;
        }
    }

    private static Func<string, bool> MentioningAny(string[] members) => text => Array.Exists(members, text.Contains);

    private void ForgetProtocolsOf(BodySummary summary) => _state = _state.ForgetProtocols(key => summary.Protocols.Contains(key.Protocol));

    /// <summary>Protocols that run within one call are followed through the body; false when it has no part in one.</summary>
    private bool Follow(ProtocolTrace trace, Body callee, CallSite site)
    {
        HandedObject[] handed = [.. Handed(site)];
        if (trace.Follow(_scope, callee, _state, site.ConstantArguments(), handed) is not { } exits)
        {
            return false;
        }

        _choices.Add([.. exits.Select(exit => (Func<PathState, PathState?>)(one => ProtocolTrace.Back(one, exit, exits, handed, site.Result.Text)))]);
        foreach (PathState exit in exits)
        {
            EnterWith(ProtocolTrace.Back(PathState.Entry, exit, exits, [], site.Result.Text) ?? PathState.Entry);
        }

        return true;
    }

    private static IEnumerable<HandedObject> Handed(CallSite site)
    {
        foreach (KeyValuePair<string, Value?> argument in site.Arguments)
        {
            if (argument.Value is { Constant: null } value)
            {
                yield return new HandedObject(Value.OfVariable(argument.Key).Text, value.Text);
            }
        }

        if (site.Receiver is { } receiver)
        {
            yield return new HandedObject("this", receiver.Text);
        }
    }

    // What a callee does to a lock of its own object, it does to a lock of the object it is called on.
    private void ApplyLocks(PathMap<string, int> effects, BodySummary summary, CallSite site)
    {
        foreach (KeyValuePair<string, int> effect in effects)
        {
            string instance = AtCaller(effect.Key, site);
            if (summary.Locks.TryGetValue(effect.Key, out LockReference? reference))
            {
                _log.Naming(reference with { Instance = instance });
            }

            _state = effect.Value switch
            {
                PathState.UnknownCount => _state.Unsure(instance),
                > 0 => _state.Take(instance, new Acquisition(site.Number, summary.Acquired.TryGetValue(effect.Key, out Acquisition? how) ? how.Mode : LockMode.Exclusive, IsTry: false, _state.Mask)
                {
                    Masks = how?.Masks ?? Mask.None,
                    Saves = how?.Saves ?? Mask.None,
                }),
                _ => _state.Drop(instance),
            };
        }
    }

    private static string AtCaller(string instance, CallSite site)
    {
        string? receiver = site.Receiver?.Text;
        bool ofObject = instance == "this" || instance.StartsWith("this.", StringComparison.Ordinal);
        return !ofObject || receiver is null or "this" ? instance : receiver + instance.Substring("this".Length);
    }

    private void WriteBack(OperationContract contract, ImmutableArray<IArgumentOperation> arguments, int number)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.Ref or RefKind.Out } parameter)
            {
                // What the contract says of the access was said with the call.
                Write(argument.Value, Value.OfResult(number, "." + parameter.Name), touches: !SaysData(contract, parameter));
            }
        }
    }

    private void Finish(CallEvent? call, CallSite site, CallTarget known, PathState before)
    {
        if (known.Method.NeverReturns)
        {
            _ended = true;
        }

        if (call is null)
        {
            return;
        }

        call.Reached(before, site.Names());
        PathState after = _state;
        if (_choices.Count == 0)
        {
            call.Left(after);
            return;
        }

        foreach (Func<PathState, PathState?> alternative in _choices[_choices.Count - 1])
        {
            if (alternative(after) is { } one)
            {
                call.Left(one);
            }
        }
    }
}
