using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Flow;

/// <content>Accesses to data that has a contract.</content>
internal sealed partial class Transfer
{
    private IOperation? _addressed;

    /// <summary>The condition that an object made in this body is known to others.</summary>
    public static string HandedOn(Value made) => "handed on " + made.Text;

    private void TouchRead(IOperation operation)
    {
        if (operation == _addressed || operation is not IMemberReferenceOperation reference)
        {
            return;
        }

        if (ContractOf(reference) is { } contract)
        {
            if (!_scope.Contracts.Data.IsCell(reference.Type))
            {
                Touch(reference, reference, contract, writes: false, marked: false, null);
            }
        }
        else if (IsWatched(reference))
        {
            Watch(reference, reference, writes: false, marked: false, null);
        }
    }

    private void TouchWrite(IOperation place)
    {
        if (place == _addressed || place is ILocalReferenceOperation)
        {
            return;
        }

        if (Holder(place) is { } reference && ContractOf(reference) is { } contract)
        {
            Touch(reference, reference, contract, writes: true, marked: false, null);
        }

        if (WatchedHolder(place) is { } watched)
        {
            Watch(watched, watched, writes: true, marked: false, null);
        }
    }

    // A cell is touched by its operations, whatever the way to it.
    private void TouchData(IOperation call, OperationContract contract, IOperation? instance, ImmutableArray<IArgumentOperation> arguments)
    {
        if (call is IInvocationOperation invocation && contract.Data.Count == 0 && IsMadeForItsEffect(invocation) && instance is not null)
        {
            TouchWrite(instance);
        }

        Refer(contract, instance, arguments);
        foreach (DataEffect effect in contract.Data)
        {
            IOperation? data = effect.Data == "this" ? instance : ArgumentFor(effect.Data, arguments);
            IMethodSymbol? accessor = (call as IInvocationOperation)?.TargetMethod ?? (call as IPropertyReferenceOperation)?.Property.GetMethod;
            if (Holder(data) is { } reference && ContractOf(reference) is { } needs)
            {
                Touch(call, reference, needs, effect.Writes, effect.Marked, accessor);
            }

            if (WatchedHolder(data) is { } watched)
            {
                Watch(call, watched, effect.Writes, effect.Marked, accessor);
            }
        }
    }

    // What is passed by reference to an operation that says how it touches it is not read here.
    private Value? EvaluateArgument(OperationContract contract, IParameterSymbol parameter, IOperation argument)
    {
        if (!SaysData(contract, parameter))
        {
            return Evaluate(argument);
        }

        IOperation? outer = _addressed;
        _addressed = argument;
        Value? value = Evaluate(argument);
        _addressed = outer;
        return value;
    }

    private static bool SaysData(OperationContract contract, IParameterSymbol parameter)
    {
        if (parameter.RefKind != RefKind.None)
        {
            foreach (DataEffect effect in contract.Data)
            {
                if (effect.Data == parameter.Name)
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IOperation? ArgumentFor(string parameter, ImmutableArray<IArgumentOperation> arguments)
    {
        foreach (IArgumentOperation argument in arguments)
        {
            if (argument.Parameter?.Name == parameter)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private void Touch(IOperation operation, IMemberReferenceOperation reference, DataContract contract, bool writes, bool marked, IMethodSymbol? accessor)
    {
        Value? owner = OwnerOf(reference);
        string data = DataTerm(owner, reference);
        _log.Touch(_scope.Contracts, operation, reference.Member, owner, contract, writes, marked, accessor, data, _state, _addressOf, reference);
        if (writes && contract.IsGuarded)
        {
            _state = _state.Claim(data);
        }
    }

    private DataContract? ContractOf(IMemberReferenceOperation reference) =>
        reference is IFieldReferenceOperation or IPropertyReferenceOperation ? _scope.Contracts.Data.Of(reference.Member) : null;

    // Fields without a contract say nothing about a state; who touches them is noted in the last pass.
    private bool IsWatched(IOperation place) => _log.IsRecording && place is IFieldReferenceOperation field && _scope.Watched.Contains(field.Field.OriginalDefinition);

    private void Watch(IOperation operation, IMemberReferenceOperation reference, bool writes, bool marked, IMethodSymbol? accessor)
    {
        Value? owner = OwnerOf(reference);
        _log.Watch(operation, reference.Member, owner, writes, marked, accessor, DataTerm(owner, reference), _state);
    }

    private IMemberReferenceOperation? WatchedHolder(IOperation? place) =>
        _log.IsRecording && Holder(place, watched: true) is { } reference && IsWatched(reference) ? reference : null;

    /// <summary>The reference to the member with a contract that a place is part of: an element of its array, a field of its struct, its cell.</summary>
    /// <param name="place">The place.</param>
    /// <param name="watched">True when a field that is watched will do too.</param>
    private IMemberReferenceOperation? Holder(IOperation? place, bool watched = false)
    {
        switch (place)
        {
            case IFlowCaptureReferenceOperation capture:
                return _captured.TryGetValue(capture.Id, out IOperation? captured) ? Holder(captured, watched) : null;
            case IConversionOperation conversion:
                return Holder(conversion.Operand, watched);
            case IArrayElementReferenceOperation element:
                return Holder(element.ArrayReference, watched);
            case IMemberReferenceOperation reference when ContractOf(reference) is not null || (watched && IsWatched(reference)):
                return reference;
            case IFieldReferenceOperation { Instance: { Type.IsValueType: true } instance }:
                return Holder(instance, watched);
            case IPropertyReferenceOperation { Instance: { } instance } property when !property.Arguments.IsEmpty || _scope.Contracts.Data.IsCell(instance.Type):
                return Holder(instance, watched);
            case IInvocationOperation { Instance: { } instance } when _scope.Contracts.Data.IsCell(instance.Type):
                return Holder(instance, watched);
            case ILocalReferenceOperation local:
                return _aliases.TryGetValue(local.Local, out IOperation? alias) ? Holder(alias, watched) : null;
            default:
                return null;
        }
    }

    /// <summary>Objects made here that others may know from here on.</summary>
    private void HandOn(Value? value)
    {
        if (value is { IsNew: true })
        {
            _state = _state.Assume(Value.OfTerm(HandedOn(value)), truth: true) ?? _state;
        }
    }

    /// <summary>The variables that always stand for one cell or array: <c>var cell = _count;</c>.</summary>
    private void FindAliases(List<IOperation> operations, Contracts.DataContracts data)
    {
        foreach (IOperation operation in operations)
        {
            if (operation is ISimpleAssignmentOperation { Target: ILocalReferenceOperation { Local: var local } } assignment && !_assignedOtherwise.Contains(local))
            {
                IOperation value = assignment.Value is IConversionOperation conversion ? conversion.Operand : assignment.Value;
                if (value is IMemberReferenceOperation && (value.Type is IArrayTypeSymbol || data.IsCell(value.Type)) && !_aliases.ContainsKey(local))
                {
                    _aliases[local] = value;
                }
                else
                {
                    _aliases.Remove(local);
                    _assignedOtherwise.Add(local);
                }
            }
        }
    }
}
