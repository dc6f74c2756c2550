using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>Follows the members of a lock expression from its root.</summary>
internal static class LockPath
{
    /// <summary>The lock at the end of the path.</summary>
    public static LockReference Follow(LockClasses locks, IEnumerable<LockExpression.Step> steps, Value? value, ITypeSymbol? type, string display)
    {
        LockClass? unseen = null;
        foreach (LockExpression.Step step in steps)
        {
            ISymbol? member = step.IsKey ? null : MemberOf(type, step.Name) ?? locks.Called(type, step.Name);

            // A reference assembly has no private members. What one is called is enough to tell it from others, and to find it again.
            unseen = member is null && !step.IsKey && type is INamedTypeSymbol { DeclaringSyntaxReferences.IsEmpty: true } owner
                ? locks.Declared(step.Name, owner) ?? new LockClass($"F:{owner.OriginalDefinition.GetDocumentationCommentId()?.Substring(2)}.{step.Name}", LockKind.Unknown)
                : null;
            type = member is null ? null : TypeOf(member);
            value = value is null ? null : member is not null ? Value.OfMember(value, member) : unseen is not null ? Value.OfTerm($"{value.Text}.{step.Name}") : null;
            display += "." + step.Name;
        }

        LockClass? lockClass = value?.Member is { } holder && type is not null
            ? locks.Of(holder, type)
            : locks.KindOf(type) is not LockKind.Unknown and var kind ? new LockClass("", kind) : unseen;
        return new LockReference(lockClass, value?.Text ?? $"?{display}", value?.Member is { } named ? DisplayOf(named) : $"'{display}'");
    }

    /// <summary>The lock that a contract of data names, for the data of this object.</summary>
    /// <param name="contracts">The contracts.</param>
    /// <param name="data">The field or property with the contract.</param>
    /// <param name="owner">The object; null for static data and where it is not known.</param>
    /// <param name="text">The lock expression.</param>
    public static LockReference OfData(ContractedCompilation contracts, ISymbol data, Value? owner, string text)
    {
        if (!LockExpression.TryParse(text, out LockExpression? expression, out _))
        {
            return new LockReference(null, "?" + text, text);
        }

        Value holder = owner ?? Value.OfTerm("?");
        if (expression!.Root == "this")
        {
            return Follow(contracts.Locks, expression.Steps, holder, data.ContainingType, data.ContainingType.Name);
        }

        if (MemberOf(data.ContainingType, expression.Root) is { } member and (IFieldSymbol or IPropertySymbol))
        {
            Value root = member.IsStatic ? Value.OfTerm(member.ContainingType.Name) : holder;
            return Follow(contracts.Locks, [new LockExpression.Step(expression.Root, isKey: false), .. expression.Steps], root, data.ContainingType, data.ContainingType.Name);
        }

        for (INamedTypeSymbol? type = data.ContainingType; type is not null; type = type.ContainingType)
        {
            INamedTypeSymbol? named = type.Name == expression.Root ? type : type.GetTypeMembers(expression.Root).FirstOrDefault() ?? type.ContainingNamespace?.GetTypeMembers(expression.Root).FirstOrDefault();
            if (named is not null)
            {
                return Follow(contracts.Locks, expression.Steps, Value.OfTerm(named.Name), named, named.Name);
            }
        }

        return new LockReference(contracts.Locks.Declared(text, data), text, $"'{text}'");
    }

    /// <summary>The field or property of a type or of one that it derives from.</summary>
    public static ISymbol? MemberOf(ITypeSymbol? type, string name)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers(name).FirstOrDefault() is { } member)
            {
                return member;
            }
        }

        return null;
    }

    /// <summary>The type of a field or property.</summary>
    public static ITypeSymbol? TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => null,
    };

    /// <summary>The type that a method's contract can name by its simple name: one it is nested in, or one beside it.</summary>
    public static INamedTypeSymbol? TypeNamed(IMethodSymbol method, string name)
    {
        for (INamedTypeSymbol? outer = method.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            if (outer.Name == name)
            {
                return outer;
            }
        }

        return method.ContainingNamespace?.GetTypeMembers(name).FirstOrDefault();
    }

    /// <summary>The lock in a field or property as a person names it.</summary>
    public static string DisplayOf(ISymbol member) => $"'{member.ContainingType?.Name}.{member.Name}'";

    /// <summary>The locks that a method's own contract says are held when it is entered.</summary>
    public static IReadOnlyList<LockReference> HeldAtEntry(ContractedCompilation contracts, IMethodSymbol method)
    {
        List<LockReference>? held = null;
        IReadOnlyList<LockEffect> effects = contracts.Contracts.Of(method).Locks;
        for (int i = 0; i < effects.Count; i++)
        {
            if (effects[i] is { Action: LockAction.Release or LockAction.RequireHeld, When: null } effect && Named(contracts, method, effect.Lock) is { } reference)
            {
                (held ??= []).Add(reference with { Mode = effect.Mode });
            }
        }

        // Whoever gets or sets a guarded property holds its locks.
        if (method.AssociatedSymbol is IPropertySymbol property && contracts.Data.Of(property) is { } data)
        {
            foreach (string expression in data.Locks)
            {
                (held ??= []).Add(OfData(contracts, property, Value.This, expression));
            }
        }

        return held ?? (IReadOnlyList<LockReference>)[];
    }

    /// <summary>The lock that an expression of a method's contract names inside the method; null when it cannot be told.</summary>
    public static LockReference? Named(ContractedCompilation contracts, IMethodSymbol method, string text)
    {
        if (!LockExpression.TryParse(text, out LockExpression? expression, out _))
        {
            return null;
        }

        IParameterSymbol? parameter = method.Parameters.FirstOrDefault(one => one.Name == expression!.Root);
        INamedTypeSymbol? type = parameter is null ? TypeNamed(method, expression!.Root) : null;
        return expression!.Root == "this" ? Follow(contracts.Locks, expression.Steps, Value.This, method.ContainingType, "this")
            : parameter is not null ? Follow(contracts.Locks, expression.Steps, Value.OfVariable(parameter.Name), parameter.Type, parameter.Name)
            : type is not null ? Follow(contracts.Locks, expression.Steps, Value.OfTerm(type.Name), type, type.Name)
            : null;
    }
}
