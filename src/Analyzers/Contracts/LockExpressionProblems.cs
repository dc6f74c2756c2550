using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// What is wrong with the lock expressions of a contract where it is declared. Who uses the contract may see neither the parameters nor the
/// private members it names, so only here can it be told.
/// </summary>
internal static class LockExpressionProblems
{
    /// <summary>The lock expressions in an attribute.</summary>
    public static IEnumerable<string> ExpressionsIn(ContractAttribute attribute) => attribute.Name switch
    {
        "Acquires" or "Releases" or "TryAcquires" or "Takes" or "RequiresHeld" or "RequiresNotHeld" or "Initialises" =>
            attribute.Text("Unless") is { } unless ? [attribute.Text(0), unless] : [attribute.Text(0)],
        "GuardedBy" => [.. attribute.Texts("All"), .. attribute.Texts("ReadAny"), .. attribute.Text(0) is { Length: > 0 } one ? [one] : Array.Empty<string>()],
        "TakesInOrder" => attribute.Texts(0),
        "Guard" when attribute.Text("Holds") is { } held => [held],
        _ => [],
    };

    /// <summary>Why this expression names nothing to whoever sees <paramref name="owner"/>; null when it does, or cannot be parsed.</summary>
    public static string? Of(string text, ISymbol owner, ContractedCompilation contracts)
    {
        if (!LockExpression.TryParse(text, out LockExpression? expression, out _) || contracts.Locks.Declared(text, owner) is not null)
        {
            return null;
        }

        (bool known, ITypeSymbol? type) = Root(expression!.Root, owner);
        if (!known)
        {
            return $"'{expression.Root}' is neither a parameter nor a declared lock class";
        }

        foreach (LockExpression.Step step in expression.Steps)
        {
            if (type is null or { TypeKind: TypeKind.Error or TypeKind.TypeParameter or TypeKind.Dynamic })
            {
                return null;
            }

            if (step.IsKey)
            {
                type = ElementOf(type);
                continue;
            }

            if (Member(type, step.Name) is not { } member)
            {
                // A path may end in the alias of the lock there.
                if (contracts.Locks.Declared(step.Name, type) is not null)
                {
                    return null;
                }

                return $"'{type.Name}' has no field or property '{step.Name}'";
            }

            // A contract file speaks to this compilation alone.
            if (IsSeenOutside(owner) && !IsSeenOutside(member) && SymbolEqualityComparer.Default.Equals(owner.ContainingAssembly, contracts.Compilation.Assembly))
            {
                return $"callers of '{owner.Name}' in other assemblies cannot see '{member.ContainingType.Name}.{member.Name}': give the lock an alias with [LockClass(Alias = …)], declare it, and write that instead of the member";
            }

            type = TypeOf(member);
        }

        return type is not null && IsPlainValue(type) ? $"it leads to '{type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat)}', which is no lock" : null;
    }

    // Whether a class is a lock may be said elsewhere; a number is none.
    private static bool IsPlainValue(ITypeSymbol type) =>
        type.TypeKind == TypeKind.Enum || type.SpecialType is (>= SpecialType.System_Boolean and <= SpecialType.System_UIntPtr) or SpecialType.System_DateTime;

    private static (bool Known, ITypeSymbol? Type) Root(string root, ISymbol owner)
    {
        IMethodSymbol? method = owner as IMethodSymbol;
        if (root == "this")
        {
            return (!owner.IsStatic || method is { MethodKind: MethodKind.StaticConstructor }, owner.ContainingType);
        }

        if (root == "return")
        {
            return method is not null ? (!method.ReturnsVoid, method.ReturnType) : (owner is IPropertySymbol, (owner as IPropertySymbol)?.Type);
        }

        IEnumerable<IParameterSymbol> parameters = method is not null ? method.Parameters : owner is IPropertySymbol indexer ? indexer.Parameters : [];
        if (parameters.FirstOrDefault(parameter => parameter.Name == root) is { } named)
        {
            return (true, named.Type);
        }

        for (INamedTypeSymbol? type = owner.ContainingType; type is not null; type = type.ContainingType)
        {
            if (type.Name == root)
            {
                return (true, type);
            }
        }

        // Data and its lock usually stand in one object.
        if (owner is IFieldSymbol or IPropertySymbol && owner.ContainingType is { } containing && Member(containing, root) is { } beside)
        {
            return (true, TypeOf(beside));
        }

        INamedTypeSymbol? neighbour = owner.ContainingNamespace?.GetTypeMembers(root).FirstOrDefault();
        return (neighbour is not null, neighbour);
    }

    private static ISymbol? Member(ITypeSymbol type, string name)
    {
        for (ITypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            if (current.GetMembers(name).FirstOrDefault(member => member is IFieldSymbol or IPropertySymbol) is { } found)
            {
                return found;
            }

            // A parameter of a primary constructor is a field to the other members.
            if (current is INamedTypeSymbol named && named.InstanceConstructors.FirstOrDefault(IsPrimary)?.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter)
            {
                return parameter;
            }
        }

        return type.AllInterfaces.SelectMany(one => one.GetMembers(name)).FirstOrDefault(member => member is IPropertySymbol);
    }

    private static bool IsPrimary(IMethodSymbol constructor) => constructor.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax() is TypeDeclarationSyntax);

    private static ITypeSymbol TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IParameterSymbol parameter => parameter.Type,
        _ => ((IPropertySymbol)member).Type,
    };

    private static ITypeSymbol? ElementOf(ITypeSymbol type) => type is IArrayTypeSymbol array
        ? array.ElementType
        : type.GetMembers().OfType<IPropertySymbol>().Concat(type.AllInterfaces.SelectMany(one => one.GetMembers().OfType<IPropertySymbol>())).FirstOrDefault(property => property.IsIndexer)?.Type;

    /// <summary>Whether other assemblies see a member, its types included.</summary>
    public static bool IsSeenOutside(ISymbol symbol)
    {
        for (ISymbol? current = symbol; current is not null and not INamespaceSymbol; current = current.ContainingSymbol)
        {
            if (current.DeclaredAccessibility is not (Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal or Accessibility.NotApplicable))
            {
                return false;
            }
        }

        return true;
    }
}
