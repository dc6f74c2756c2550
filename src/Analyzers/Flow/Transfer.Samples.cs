using System.Collections.Generic;
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
    private readonly List<IOperation> _readsByNumber = [];

    /// <summary>The reads that samples name by number.</summary>
    public IReadOnlyList<IOperation> Reads => _readsByNumber;

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

    private void Refer(OperationContract contract, IOperation? instance, IEnumerable<IArgumentOperation> arguments)
    {
        foreach (string referenced in contract.References)
        {
            IOperation? place = referenced == "this" ? instance : arguments.FirstOrDefault(argument => argument.Parameter?.Name == referenced)?.Value;
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

        if (!_reads.TryGetValue(operation, out int number))
        {
            _reads[operation] = number = _reads.Count;
            _readsByNumber.Add(operation);
        }

        return [new Sample(DataTerm(owner, reference), found.Instance, found.Class.Name, number, held, Lost: !held)];
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
        var whole = Value.OfMember(owner, reference.Member);
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
