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
        foreach (LockExpression.Step step in steps)
        {
            ISymbol? member = step.IsKey ? null : type?.GetMembers(step.Name).FirstOrDefault();
            type = member switch
            {
                IFieldSymbol field => field.Type,
                IPropertySymbol property => property.Type,
                _ => null,
            };
            value = member is null || value is null ? null : Value.OfMember(value, member);
            display += "." + step.Name;
        }

        LockClass? lockClass = value?.Member is { } holder && type is not null
            ? locks.Of(holder, type)
            : locks.KindOf(type) is not LockKind.Unknown and var kind ? new LockClass("", kind) : null;
        return new LockReference(lockClass, value?.Text ?? $"?{display}", value?.Member is { } named ? DisplayOf(named) : $"'{display}'");
    }

    /// <summary>The lock in a field or property as a person names it.</summary>
    public static string DisplayOf(ISymbol member) => $"'{member.ContainingType?.Name}.{member.Name}'";

    /// <summary>The locks that a method's own contract says are held when it is entered.</summary>
    public static IEnumerable<LockReference> HeldAtEntry(ContractedCompilation contracts, IMethodSymbol method)
    {
        foreach (LockEffect effect in contracts.Contracts.Of(method).Locks)
        {
            if (effect.Action is LockAction.Release or LockAction.RequireHeld && effect.When is null && Named(contracts, method, effect.Lock) is { } reference)
            {
                yield return reference;
            }
        }
    }

    /// <summary>The lock that an expression of a method's contract names inside the method; null when it cannot be told.</summary>
    public static LockReference? Named(ContractedCompilation contracts, IMethodSymbol method, string text)
    {
        if (!LockExpression.TryParse(text, out LockExpression? expression, out _))
        {
            return null;
        }

        IParameterSymbol? parameter = method.Parameters.FirstOrDefault(one => one.Name == expression!.Root);
        INamedTypeSymbol? type = null;
        for (INamedTypeSymbol? outer = method.ContainingType; outer is not null && type is null; outer = outer.ContainingType)
        {
            type = outer.Name == expression!.Root ? outer : null;
        }

        return expression!.Root == "this" ? Follow(contracts.Locks, expression.Steps, Value.This, method.ContainingType, "this")
            : parameter is not null ? Follow(contracts.Locks, expression.Steps, Value.OfVariable(parameter.Name), parameter.Type, parameter.Name)
            : type is not null ? Follow(contracts.Locks, expression.Steps, Value.OfTerm(type.Name), type, type.Name)
            : null;
    }
}
