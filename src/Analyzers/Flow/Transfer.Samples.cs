using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <content>
/// What is read from guarded data and kept in a variable, decided on, or used to find other data: true only for as long as the lock is held, unless
/// it is looked at again.
/// </content>
internal sealed partial class Transfer
{
    private const string Collection = "System.Collections.IEnumerable";
    private readonly Dictionary<IOperation, int> _reads = [];
    private readonly List<ReadPlace> _readsByNumber = [];

    /// <summary>The reads that samples name by number.</summary>
    public IReadOnlyList<ReadPlace> Reads => _readsByNumber.Count == 0 ? [] : [.. _readsByNumber];

    /// <summary>The state in which a value is returned: what it was read from goes with it.</summary>
    public PathState Returning(PathState state, string term, IOperation value)
    {
        _state = state;
        return state.WithSample(term, SamplesIn(value).FirstOrDefault());
    }

    /// <summary>The state on the paths on which a branch is taken in one direction.</summary>
    public PathState Decide(PathState state, IOperation condition, bool truth)
    {
        _state = state;
        List<Sample> samples = [.. SamplesIn(condition).Distinct()];
        foreach (string @lock in samples.Where(sample => !sample.Lost).Select(sample => sample.Lock).Distinct())
        {
            state = state.Recheck(@lock);
        }

        if (Calls(condition))
        {
            // A condition that asks somebody, with the lock held, looks at what is there now.
            foreach (string @lock in state.Decisions.Values.Select(one => one.Sample.Lock).Concat(state.Samples.Values.Select(one => one.Lock)).Distinct().Where(state.IsHeld).ToArray())
            {
                state = state.Recheck(@lock);
            }
        }

        bool anyFresh = samples.Exists(sample => !sample.Lost);
        foreach (Sample sample in samples.Where(sample => !sample.Lost || !anyFresh))
        {
            state = state.Decide(new Decision(sample, truth));
        }

        return state;
    }

    private bool Calls(IOperation condition) => condition switch
    {
        IFlowCaptureReferenceOperation capture => _captured.TryGetValue(capture.Id, out IOperation? captured) && Calls(captured),
        IInvocationOperation call => !_scope.Contracts.Contracts.Of(call.TargetMethod).Data.Any(),
        _ => condition.ChildOperations.Any(Calls),
    };

    /// <summary>A capture gets a value: what that was read from comes with it.</summary>
    private void Keep(string term, IOperation value)
    {
        if (_log.TouchesGuarded)
        {
            _state = _state.WithSample(term, SamplesIn(value).FirstOrDefault());
        }
    }

    private void Refer(OperationContract contract, IOperation? instance, ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (string referenced in contract.References)
        {
            IOperation? place = referenced == "this" ? instance : ArgumentFor(referenced, arguments);
            if (place is not null && VariableOf(place) is { } term)
            {
                _state = _state.WithSample(term, null);
            }
        }
    }

    /// <summary>What finds the place of an access, where that may have changed under the access's own lock.</summary>
    private Sample? AddressOf(IOperation operation, IReadOnlyDictionary<string, LockReference> locks)
    {
        IEnumerable<IOperation> parts = operation.Parent switch
        {
            IArrayElementReferenceOperation element when element.ArrayReference == operation => element.Indices,
            IPropertyReferenceOperation { Arguments.IsEmpty: false } indexer when indexer.Instance == operation => indexer.Arguments.Select(argument => argument.Value),
            _ => [],
        };
        if (operation is IMemberReferenceOperation { Instance: { } owner })
        {
            // A counted object is used without a reference once the lock under which it was found is dropped.
            if (IsCounted(owner.Type) && SamplesIn(owner).FirstOrDefault(sample => sample is { Held: true, Lost: true }) is { } escaped)
            {
                return escaped;
            }

            parts = parts.Append(owner);
        }

        return parts.SelectMany(SamplesIn).FirstOrDefault(sample => sample is { Held: true, Lost: true } && _state.IsHeld(sample.Lock) && locks.Values.Any(one => one.Class?.Name == sample.LockClass));
    }

    private bool IsCounted(ITypeSymbol? type) =>
        type is { TypeKind: TypeKind.Class or TypeKind.Interface } && type.GetMembers().OfType<IMethodSymbol>().Any(method => _scope.Contracts.Contracts.Of(method).References.Contains("this"));

    private IEnumerable<Sample> SamplesIn(IOperation? operation)
    {
        switch (operation)
        {
            case null:
                return [];
            case ILocalReferenceOperation or IParameterReferenceOperation:
                return VariableOf(operation) is { } variable && _state.Samples.TryGetValue(variable, out Sample? kept) ? [kept] : [];
            case IFlowCaptureReferenceOperation capture:
                return _state.Samples.TryGetValue(CaptureTerm(capture.Id).Text, out Sample? captured) ? [captured] : [];
            case IMemberReferenceOperation reference when ContractOf(reference) is { } contract && !_scope.Contracts.Data.IsCell(reference.Type):
                return SampleOf(operation, reference, contract);
            case IInvocationOperation or IPropertyReferenceOperation when ResultTerm(operation) is { } result && _state.Samples.TryGetValue(result, out Sample? returned):
                return [returned];
            case IInvocationOperation call:
                List<DataEffect> data = [.. _scope.Contracts.Contracts.Of(call.TargetMethod).Data];
                return data.Count > 0 && data.TrueForAll(effect => !effect.Writes && !effect.Marked) && Holder(call.Instance) is { } cell && ContractOf(cell) is { } guard ? SampleOf(operation, cell, guard) : [];
            case IObjectCreationOperation or IFlowAnonymousFunctionOperation or IDelegateCreationOperation:
                return [];
            default:
                return operation.ChildOperations.SelectMany(SamplesIn);
        }
    }

    private IEnumerable<Sample> SampleOf(IOperation operation, IMemberReferenceOperation reference, DataContract contract)
    {
        if (!contract.IsGuarded || contract.Phase is not null)
        {
            return [];
        }

        Value? owner = OwnerOf(reference);
        if (!reference.Member.IsStatic && owner is null or { IsNew: true })
        {
            return [];
        }

        LockReference? found = null;
        bool held = false;
        foreach (LockReference @lock in contract.Locks.Select(text => LockPath.OfData(_scope.Contracts, reference.Member, owner, text)))
        {
            found = found is null || (!held && _state.IsHeld(@lock.Instance)) ? @lock : found;
            held |= _state.IsHeld(@lock.Instance);
        }

        if (found is not { Class.Name.Length: > 0 } || found.Class.Kind == IrqSafety.Contracts.LockKind.Sequence || (_state.Held.TryGetValue(found.Instance, out int count) && count is PathState.UnknownCount or < 0))
        {
            return [];
        }

        var sample = new Sample(DataTerm(owner, reference), found.Instance, found.Class.Name, Read: 0, held, Lost: !held);
        return [sample with { Read = NumberOf(operation, new ReadPlace(OperationPlace.Of(operation), OperationPlace.Of(operation), reference.Member, sample)) }];
    }

    private int NumberOf(IOperation operation, ReadPlace read)
    {
        if (!_reads.TryGetValue(operation, out int number))
        {
            _reads[operation] = number = _reads.Count;
            _readsByNumber.Add(read);
        }

        return number;
    }

    // The term for the result of a call of a body that was executed before.
    private string? ResultTerm(IOperation operation) => _calls.TryGetValue(operation, out CallTarget? known) && known.Callee is not null ? Value.OfResult(known.Number).Text : null;

    /// <summary>The called body returns what it read from guarded data: what is known of that is known of the result.</summary>
    /// <param name="operation">The call.</param>
    /// <param name="callee">The body.</param>
    /// <param name="site">The call.</param>
    /// <param name="before">The state before it.</param>
    private void Receive(IOperation operation, Body callee, CallSite site, PathState before)
    {
        BodySummary summary = _scope.SummaryOf(callee);
        if (summary.Read is not { } read || site.Contract.References.Contains("return")
            || AtCaller(read.Sample.Data, site, callee) is not { } data || AtCaller(read.Sample.Lock, site, callee) is not { } @lock)
        {
            return;
        }

        // What the body read without the lock may have been read with it, if the caller holds it.
        bool isDecided = !before.Held.TryGetValue(@lock, out int count) || count > 0;
        bool isHeld = before.IsHeld(@lock);
        if (!read.Sample.Held && !isDecided)
        {
            return;
        }

        if (summary.Locks.TryGetValue(read.Sample.Lock, out LockReference? reference))
        {
            _log.Naming(reference with { Instance = @lock });
        }

        bool isLost = !_state.IsHeld(@lock) || (read.Sample.Held ? read.Sample.Lost : summary.GivesUp.Contains(read.Sample.Lock));
        var sample = new Sample(data, @lock, read.Sample.LockClass, Read: 0, read.Sample.Held || isHeld, isLost);
        _state = _state.WithSample(Value.OfResult(site.Number).Text, sample with { Read = NumberOf(operation, read with { Place = OperationPlace.Of(operation), Sample = sample }) });
    }

    // A term of a called body as it is named here; null when it is about something that only that body knows.
    private static string? AtCaller(string term, CallSite site, Body callee)
    {
        if (term.IndexOf('⟦') >= 0)
        {
            return null;
        }

        string here = term == "this" || term.StartsWith("this.", System.StringComparison.Ordinal) || term.StartsWith("this[", System.StringComparison.Ordinal)
            ? (site.Target.IsStatic || site.Target.MethodKind == MethodKind.LocalFunction || site.Receiver is { Text: "this" } ? "this" : site.Receiver is { } receiver ? $"\u0001{receiver.Text}\u0002" : "?") + term.Substring("this".Length)
            : term;
        if (here.IndexOf('?') >= 0)
        {
            return here == term && here.IndexOf("[?", System.StringComparison.Ordinal) >= 0 ? $"{here}@{callee.Name}" : null;
        }

        foreach (IParameterSymbol parameter in site.Target.Parameters)
        {
            string inside = Value.OfVariable(parameter.Name).Text;
            if (here.Contains(inside))
            {
                if (parameter.RefKind != RefKind.None || !site.Arguments.TryGetValue(parameter.Name, out Value? given) || given is null)
                {
                    return null;
                }

                here = here.Replace(inside, $"\u0001{given.Text}\u0002");
            }
        }

        // A variable that is left is one of the body's own; those that came with arguments are the caller's.
        bool isOwn = System.Text.RegularExpressions.Regex.Replace(here, "\u0001[^\u0002]*\u0002", "").IndexOf('‹') >= 0;
        return isOwn ? null : here.Replace("\u0001", "").Replace("\u0002", "");
    }

    private string? VariableOf(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => Value.OfVariable(local.Local.Name).Text,
        IParameterReferenceOperation parameter => ParameterTerm(parameter.Parameter).Text,
        IFlowCaptureReferenceOperation capture => CaptureTerm(capture.Id).Text,
        IConversionOperation conversion => VariableOf(conversion.Operand),
        _ => null,
    };

    /// <summary>The object that a reference to a member is about, without executing again what leads to it.</summary>
    private Value? OwnerOf(IMemberReferenceOperation reference)
    {
        if (reference.Member.IsStatic)
        {
            return null;
        }

        PathState state = _state;
        int choices = _choices.Count;
        Value? owner = Evaluate(reference.Instance);
        _state = state;
        _choices.RemoveRange(choices, _choices.Count - choices);
        return owner;
    }

    // The whole, or the element of it that is meant.
    private string DataTerm(Value? owner, IMemberReferenceOperation reference)
    {
        Value whole = MemberOf(owner, reference.Member);
        IOperation? index = reference.Parent switch
        {
            IArrayElementReferenceOperation { Indices.Length: 1 } element when element.ArrayReference == reference => element.Indices[0],
            IPropertyReferenceOperation { Arguments.Length: 1 } indexer when indexer.Instance == reference => indexer.Arguments[0].Value,
            IArrayElementReferenceOperation or IPropertyReferenceOperation { Arguments.IsEmpty: false } => reference,
            _ => null,
        };
        return index is null ? whole.Text : index != reference && VariableOrConstant(index) is { } key ? Value.OfElement(whole, key).Text : whole.Text + "[?" + reference.Syntax.SpanStart + "]";
    }

    private Value? VariableOrConstant(IOperation index) => index.ConstantValue.HasValue || index is ILocalReferenceOperation or IParameterReferenceOperation ? Evaluate(index) : null;

    // A call on a collection whose result nobody looks at is made for what it does to it.
    private static bool IsMadeForItsEffect(IInvocationOperation call) =>
        call.Parent is IExpressionStatementOperation
        && call.Instance?.Type is { TypeKind: not TypeKind.Array } type && type.AllInterfaces.Any(one => one.ToDisplayString() == Collection);
}
