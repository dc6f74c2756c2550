using System;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// A model operation: a method of this library whose contract is checked when it runs. Each is compiled once, from the attributes the
/// analyzer reads, and kept in a static field; nothing reflects per call.
/// </summary>
public sealed partial class Operation
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // The contexts, and the masks, in which the contract may say no: elsewhere nothing is judged.
    private readonly Context _judgedIn;

    // Whether it takes part in an order of steps: at all, and where nothing takes effect late.
    private readonly bool _ordersAlways;
    private readonly bool _ordersLate;

    // Whether what it says depends on more than where it is executed.
    private readonly bool _asksForArguments;
    private readonly ArgumentConstraint[] _constraints;
    private volatile Legal? _legal;

    private Operation(Type declaring, string name, OperationContract contract)
    {
        Declaring = declaring;
        _asksForArguments = contract.PriorityMask is not null || contract.Locks.Count > 0 || contract.MayBlock?.When is not null || contract.WaitsForCpus?.When is not null
            || contract.LegalIn.Concat(contract.ForbiddenIn).Any(rule => rule.When is not null);
        _constraints = [.. contract.Arguments];
        ProtocolSteps = [.. contract.Transitions.Select(transition => new ProtocolStep(transition, ProtocolEvents.Of(transition.Protocol, transition.Event)))];
        Name = name;
        Contract = contract;
        _judgedIn = JudgedIn(contract);
        _ordersAlways = contract.Steps.Any(Steps.MattersAlways) || contract.Orders.Any(order => order.Rule == OrderRule.FollowedBy && order.Other is { } before && Steps.MattersAlways(before));
        _ordersLate = contract.SpeaksOfOrder;
    }

    /// <summary>The operation as a person names it, for example <c>RawSpinLock.Acquire</c>.</summary>
    public string Name { get; }

    /// <summary>The type that declares it; for a generic one its definition.</summary>
    public Type Declaring { get; }

    /// <summary>Its contract.</summary>
    public OperationContract Contract { get; }

    /// <summary>The events of protocols that it is.</summary>
    internal ProtocolStep[] ProtocolSteps { get; }

    /// <summary>The operation that is this public method, constructor (<c>.ctor</c>) or property.</summary>
    /// <param name="type">The declaring type; for a generic one its definition.</param>
    /// <param name="member">The member's name.</param>
    /// <param name="parameters">The parameter types, where the name is overloaded.</param>
    public static Operation Of(Type type, string member, params Type[] parameters)
    {
        ArgumentNullException.ThrowIfNull(type);
        string name = $"{PlainName(type)}.{member}";
        if (type.GetProperty(member, Declared) is { } property)
        {
            return new Operation(type, name, ContractReader.Read(property));
        }

        MethodBase[] methods = [.. type.GetMember(member, Declared).OfType<MethodBase>()];
        MethodBase method = methods.Length == 1
            ? methods[0]
            : methods.Single(candidate => candidate.GetParameters().Select(parameter => parameter.ParameterType).SequenceEqual(parameters));
        return new Operation(type, name, ContractReader.Read(method));
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string PlainName(Type type)
    {
        int tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        string name = tick < 0 ? type.Name : type.Name[..tick];
        return type.DeclaringType is { } outer ? $"{PlainName(outer)}.{name}" : name;
    }

    private static Context JudgedIn(OperationContract contract)
    {
        if (contract.MayBlock is not null || contract.WaitsForCpus is not null || contract.WaitsForInterrupt is not null || (contract.RequiresMasked | contract.RequiresUnmasked) != Mask.None)
        {
            return Context.Any;
        }

        Context judged = Context.None;
        foreach (ContextRule rule in contract.LegalIn)
        {
            judged |= Context.Any & ~rule.Contexts;
        }

        foreach (ContextRule rule in contract.ForbiddenIn)
        {
            judged |= rule.Contexts;
        }

        bool takesLock = contract.Locks.Any(effect => effect.Action is LockAction.Acquire or LockAction.Take);
        return !contract.NmiSafe && (contract.MayAllocate || takesLock) ? judged | Context.AnyNmi : judged;
    }
}
