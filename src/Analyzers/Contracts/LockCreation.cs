using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// A lock that is created: the class that a run gives it, and the class of the place it is put into. A run knows the initialiser it is created in and the
/// name it is given, and nothing of where it goes.
/// </summary>
internal sealed class LockCreation
{
    private const string Unknown = "";

    private LockCreation(string? atRunTime, string? name, ISymbol? place, LockClass? ofPlace)
    {
        AtRunTime = atRunTime;
        Name = name;
        Place = place;
        OfPlace = ofPlace;
    }

    /// <summary>The field or property it is put into; null when it goes elsewhere.</summary>
    public ISymbol? Place { get; }

    /// <summary>The class of locks in that place.</summary>
    public LockClass? OfPlace { get; }

    /// <summary>The name it is given, when that is a constant.</summary>
    public string? Name { get; }

    /// <summary>True when a run knows no class for it.</summary>
    public bool HasNone => AtRunTime is null;

    /// <summary>True when a run calls its class otherwise than the place it is put into says.</summary>
    public bool Differs => AtRunTime is not null && OfPlace is not null && AtRunTime != OfPlace.Name;

    private string? AtRunTime { get; }

    /// <summary>What this creates; null when it is no lock, or one whose constructor asks for no class.</summary>
    /// <param name="creation">The creation.</param>
    /// <param name="member">The member whose code it is in.</param>
    /// <param name="contracts">The contracts.</param>
    public static LockCreation? Of(IObjectCreationOperation creation, ISymbol member, ContractedCompilation contracts)
    {
        if (creation is not { Constructor: { Parameters.Length: > 0 } constructor, Type: INamedTypeSymbol type } || contracts.Locks.KindOf(type) == LockKind.Unknown
            || constructor.Parameters.FirstOrDefault(parameter => contracts.Source.Of(parameter).Any(attribute => attribute.Name == "LockClassName")) is not { } asked)
        {
            return null;
        }

        // A constant null is what it gets by default.
        IOperation? given = creation.Arguments.FirstOrDefault(argument => SymbolEqualityComparer.Default.Equals(argument.Parameter?.OriginalDefinition, asked.OriginalDefinition))?.Value;
        string? name = given?.ConstantValue is { HasValue: true, Value: string text } ? text : null;
        bool isNamed = given is not null && given.ConstantValue is not { HasValue: true, Value: null };

        // An initialiser creates the lock of its own member, whatever the name. Elsewhere the name decides; an accessor has one besides.
        ISymbol? initialised = member is IFieldSymbol or IPropertySymbol ? member : null;
        ISymbol? named = name is null ? null : member.ContainingType?.GetMembers(name).FirstOrDefault(one => one is IFieldSymbol or IPropertySymbol);
        ISymbol? holder = new[] { initialised, named, (member as IMethodSymbol)?.AssociatedSymbol as IPropertySymbol }.FirstOrDefault(one => one is not null && Holds(one, type));
        string? atRunTime = holder is not null ? contracts.Locks.Of(holder, type)?.Name : isNamed ? name ?? Unknown : null;

        ISymbol? place = PlaceOf(creation);
        return new LockCreation(atRunTime, name, place, place is null ? null : contracts.Locks.Of(place, type));
    }

    // The lock itself, or an array or collection of locks, which are one class.
    private static bool Holds(ISymbol member, ITypeSymbol type) => Holds(member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type, type);

    private static bool Holds(ITypeSymbol holder, ITypeSymbol type) =>
        Bases(type).Any(one => SymbolEqualityComparer.Default.Equals(one, holder))
        || (holder is IArrayTypeSymbol array && Holds(array.ElementType, type))
        || (holder is INamedTypeSymbol named && named.TypeArguments.Any(argument => Holds(argument, type)));

    private static IEnumerable<ITypeSymbol> Bases(ITypeSymbol type)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            yield return current;
        }

        foreach (INamedTypeSymbol one in type.AllInterfaces)
        {
            yield return one;
        }
    }

    // Through what passes a value on, to the assignment or initialiser that keeps it.
    private static ISymbol? PlaceOf(IOperation creation)
    {
        IOperation value = creation;
        while (value.Parent is { } parent)
        {
            switch (parent)
            {
                case IConversionOperation or IParenthesizedOperation or IArrayInitializerOperation or IArrayCreationOperation or ICollectionExpressionOperation or ICoalesceOperation or ISwitchExpressionArmOperation or ISwitchExpressionOperation:
                case IConditionalOperation conditional when conditional.Condition != value:
                    value = parent;
                    continue;
                case IAssignmentOperation assignment when assignment.Value == value:
                    return MemberIn(assignment.Target);
                case IFieldInitializerOperation field:
                    return field.InitializedFields.FirstOrDefault()?.OriginalDefinition;
                case IPropertyInitializerOperation property:
                    return property.InitializedProperties.FirstOrDefault()?.OriginalDefinition;
                default:
                    return null;
            }
        }

        return null;
    }

    // All elements of an array or collection are in the member that holds it.
    private static ISymbol? MemberIn(IOperation? target) => target switch
    {
        IFieldReferenceOperation field => (field.Field.AssociatedSymbol ?? field.Field).OriginalDefinition,
        IPropertyReferenceOperation { Property.IsIndexer: true } indexer => MemberIn(indexer.Instance),
        IPropertyReferenceOperation property => property.Property.OriginalDefinition,
        IArrayElementReferenceOperation element => MemberIn(element.ArrayReference),
        _ => null,
    };
}
