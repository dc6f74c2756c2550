using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Analyzers.Flow;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Rules;

/// <summary>
/// The types of a compilation about which the whole says more than each of them: one refers to a member of another, both use a lock of one class,
/// an interrupt line of one name or a cell of a library, or one asks for a capability that the other needs. Of a type that is connected with none, the live tier has said everything.
/// </summary>
/// <remarks>
/// A lock that operations take and release within, and that no body ever holds, comes before no other and is held with no interrupt on, for all that
/// is known: two types that call such operations have nothing in common by it, unless one of them runs in NMI.
/// </remarks>
internal sealed class ConnectedTypes
{
    private readonly ContractedCompilation _contracts;
    private readonly IReadOnlyDictionary<INamedTypeSymbol, TypeAnalysis> _types;
    private readonly Dictionary<TypeAnalysis, TypeAnalysis> _parents = [];
    private readonly Dictionary<string, TypeAnalysis> _byName = [];
    private readonly Dictionary<string, HashSet<TypeAnalysis>> _takenWithin = [];
    private readonly HashSet<string> _held = [];
    private readonly Dictionary<ISymbol, TypeAnalysis> _byMember = new(SymbolEqualityComparer.Default);

    private ConnectedTypes(ContractedCompilation contracts, IReadOnlyDictionary<INamedTypeSymbol, TypeAnalysis> types)
    {
        _contracts = contracts;
        _types = types;
    }

    /// <summary>Those that are connected with another.</summary>
    public static IEnumerable<TypeAnalysis> Of(ContractedCompilation contracts, IReadOnlyDictionary<INamedTypeSymbol, TypeAnalysis> types)
    {
        var connected = new ConnectedTypes(contracts, types);
        foreach (TypeAnalysis type in types.Values)
        {
            foreach (Body body in type.Scope.Bodies)
            {
                connected.Connect(type, body);
            }
        }

        foreach (KeyValuePair<string, HashSet<TypeAnalysis>> one in connected._takenWithin)
        {
            foreach (TypeAnalysis type in connected._held.Contains(one.Key) || one.Value.Any(type => type.RunsInNmi) ? one.Value : [])
            {
                connected.ToName(type, "lock ", one.Key);
            }
        }

        return types.Values.GroupBy(connected.Root).Where(group => group.Skip(1).Any()).SelectMany(group => group);
    }

    private void Connect(TypeAnalysis type, Body body)
    {
        BodyFacts facts = body.Facts(_contracts);
        foreach ((_, IMethodSymbol target) in facts.Calls)
        {
            ToOwner(type, target);
            OperationContract contract = _contracts.Contracts.Of(target);
            ToName(type, "capability ", contract.Capability);
            foreach (OrderContract order in contract.Orders)
            {
                ToName(type, "capability ", order.Rule == OrderRule.RequiresCapability ? order.Step : null);
            }

            if (target is { IsStatic: true, AssociatedSymbol: IPropertySymbol property })
            {
                ToShared(type, property, property.Type);
            }
        }

        foreach (IMethodSymbol target in facts.Implied.Concat(facts.Uses.Select(use => use.What).OfType<IMethodSymbol>()))
        {
            ToOwner(type, target);
        }

        foreach (ISymbol member in facts.Fields)
        {
            ToOwner(type, member);
            if (member is IFieldSymbol { IsStatic: true, IsConst: false } field)
            {
                ToShared(type, field, field.Type);
            }
        }

        foreach (LockReference named in body.Method is { } method ? LockPath.HeldAtEntry(_contracts, method) : [])
        {
            Holds(type, named);
        }

        foreach (CallEvent call in type.Scope.ResultOf(body).Calls)
        {
            foreach (LockEffect effect in call.Contract.Locks)
            {
                foreach (LockReference named in call.LocksNamed(effect.Lock))
                {
                    if (effect.Action != LockAction.Take)
                    {
                        Holds(type, named);
                    }
                    else if (named.Class is { Name: { Length: > 0 } name })
                    {
                        TakesWithin(type, name);
                    }
                }
            }

            foreach (ProtocolStep step in call.Steps)
            {
                ToName(type, step.Key.Protocol + " ", step.Key.IsAnchored() ? step.Key.Generalise().Object : null);
            }

            foreach (LockReference named in call.Contract.TakesInOrder.Count > 0 ? call.AllLocks : [])
            {
                Holds(type, named);
            }
        }
    }

    private void Holds(TypeAnalysis type, LockReference named)
    {
        if (named.Class is { Name: { Length: > 0 } name })
        {
            _held.Add(name);
            ToName(type, "lock ", name);
        }
    }

    private void TakesWithin(TypeAnalysis type, string name)
    {
        if (!_takenWithin.TryGetValue(name, out HashSet<TypeAnalysis>? types))
        {
            _takenWithin[name] = types = [];
        }

        types.Add(type);
    }

    private void ToOwner(TypeAnalysis type, ISymbol member)
    {
        if (member.ContainingType is { } owner && _types.TryGetValue(BodyCollector.Outermost(owner.OriginalDefinition), out TypeAnalysis? other))
        {
            Join(type, other);
        }
    }

    private void ToName(TypeAnalysis type, string kind, string? name)
    {
        if (name is null or "")
        {
            return;
        }

        if (_byName.TryGetValue(kind + name, out TypeAnalysis? other))
        {
            Join(type, other);
        }
        else
        {
            _byName[kind + name] = type;
        }
    }

    // What nothing is told of by its type is not compared.
    private void ToShared(TypeAnalysis type, ISymbol member, ITypeSymbol typeOfMember)
    {
        if (_contracts.Data.IsCell(typeOfMember) || _contracts.Data.Of(member) is not null)
        {
            if (_byMember.TryGetValue(member, out TypeAnalysis? other))
            {
                Join(type, other);
            }
            else
            {
                _byMember[member] = type;
            }
        }
    }

    private void Join(TypeAnalysis one, TypeAnalysis other)
    {
        TypeAnalysis root = Root(one);
        TypeAnalysis second = Root(other);
        if (root != second)
        {
            _parents[second] = root;
        }
    }

    private TypeAnalysis Root(TypeAnalysis type)
    {
        TypeAnalysis root = type;
        while (_parents.TryGetValue(root, out TypeAnalysis? parent))
        {
            root = parent;
        }

        // The next time it is one step.
        while (type != root)
        {
            TypeAnalysis next = _parents[type];
            _parents[type] = root;
            type = next;
        }

        return root;
    }
}
