using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>What is wrong with the contract on a method.</summary>
internal static class ContractProblems
{
    /// <summary>Each problem in attributes of a method, with the attribute it stands in.</summary>
    public static IEnumerable<(string Problem, ContractAttribute Attribute)> Of(IMethodSymbol method, ImmutableArray<ContractAttribute> attributes)
    {
        foreach (ContractAttribute attribute in attributes)
        {
            foreach (string problem in InAttribute(attribute, method))
            {
                yield return (problem, attribute);
            }
        }

        if (!attributes.IsEmpty)
        {
            foreach (string problem in Contradictions(ContractReader.Build(method, attributes)))
            {
                yield return (problem, attributes[0]);
            }
        }
    }

    /// <summary>Each problem in attributes of what a method returns, or of one of its parameters.</summary>
    public static IEnumerable<(string Problem, ContractAttribute Attribute)> OfPart(ImmutableArray<ContractAttribute> attributes) =>
        attributes.SelectMany(attribute => InExpressions(attribute).Select(problem => (problem, attribute)));

    /// <summary>Each problem in what is said of the data in a field or property.</summary>
    public static IEnumerable<(string Problem, ContractAttribute Attribute)> OfData(ImmutableArray<ContractAttribute> attributes)
    {
        foreach (ContractAttribute attribute in attributes)
        {
            bool namesOne = attribute.Text(0).Length > 0;
            if (attribute.Name == "GuardedBy" && !namesOne && attribute.Texts("All").IsEmpty && attribute.Texts("ReadAny").IsEmpty)
            {
                yield return ("it names no lock, so it guards nothing", attribute);
            }
            else if (attribute.Name == "GuardedBy" && namesOne && !attribute.Texts("All").IsEmpty)
            {
                yield return ("it names one lock and a list of locks for writing, of which only the one counts", attribute);
            }
            else if (attribute.Name == "WriteOnce" && !namesOne)
            {
                yield return ("it names no phase, so nothing but constructors can write the data", attribute);
            }
        }
    }

    /// <summary>Each problem in attributes of what a method returns.</summary>
    public static IEnumerable<(string Problem, ContractAttribute Attribute)> OfReturn(IMethodSymbol method, ImmutableArray<ContractAttribute> attributes)
    {
        foreach (ContractAttribute guard in attributes)
        {
            if (guard.Name == "Guard" && method.ReturnType is { IsRefLikeType: false, TypeKind: not TypeKind.Error } type)
            {
                yield return ($"'{type.Name}' stands for a held lock or a mask, so it must be a ref struct: anything else can be kept where nobody ends it", guard);
            }
        }
    }

    private static IEnumerable<string> InAttribute(ContractAttribute attribute, IMethodSymbol method)
    {
        foreach (string problem in InExpressions(attribute))
        {
            yield return problem;
        }

        if (attribute.Text("When") is { } condition)
        {
            foreach (string problem in InCondition(condition, method))
            {
                yield return problem;
            }
        }

        switch (attribute.Name)
        {
            case "Transition":
                if (InTransition(attribute, method) is { } inTransition)
                {
                    yield return inTransition;
                }

                break;
            case "RejectsFlag" or "RequiresFlag" or "WritesPriorityMask" or "ProgramsPriority":
                if (!HasParameter(method, attribute.Text(0)))
                {
                    yield return NoParameter(attribute.Text(0));
                }

                break;
            case "RestoresMask" when attribute.Text("From") is { } from && !HasParameter(method, from):
                yield return NoParameter(from);
                break;
            case "WaitsForInterrupt" when attribute.Text("WhenMasked") is { } other && method.ContainingType.GetMembers(other).IsEmpty:
                yield return $"there is no member '{other}' in '{method.ContainingType.Name}'";
                break;
            case "Expresses" or "Wraps" or "ArgumentRange" when !HasParameter(method, attribute.Text(0)):
                yield return NoParameter(attribute.Text(0));
                break;
            case "FollowedBy" or "PrecededBy" or "NotBefore" or "ArgumentRange" when attribute.Text("Law") is { } law && Catalogue.FindLaw(law) is null:
                yield return $"there is no law '{law}'; leave it out for an order of the program's own";
                break;
            case "NmiSafeAlternative" or "PartOf" when method.ContainingType.GetMembers(attribute.Text(0)).IsEmpty:
                yield return $"there is no member '{attribute.Text(0)}' in '{method.ContainingType.Name}'";
                break;
        }
    }

    private static IEnumerable<string> InExpressions(ContractAttribute attribute)
    {
        foreach (string expression in LockExpressionProblems.ExpressionsIn(attribute))
        {
            if (!LockExpression.TryParse(expression, out _, out string? error))
            {
                yield return error!;
            }
        }
    }

    private static IEnumerable<string> InCondition(string condition, IMethodSymbol method)
    {
        if (!When.TryParse(condition, out When? when, out string? error))
        {
            yield return error!;
            yield break;
        }

        foreach (When.Term term in when!.Terms)
        {
            IParameterSymbol? parameter = method.Parameters.FirstOrDefault(one => one.Name == term.Parameter);
            if (parameter is null)
            {
                yield return NoParameter(term.Parameter);
            }
            else if (parameter.Type is { TypeKind: TypeKind.Enum } type && !type.GetMembers(term.Constant).OfType<IFieldSymbol>().Any())
            {
                yield return $"'{type.Name}' has no member '{term.Constant}'";
            }
        }
    }

    private static string? InTransition(ContractAttribute attribute, IMethodSymbol method)
    {
        if (Protocols.Find(attribute.Text(0)) is not { } table)
        {
            return $"there is no protocol '{attribute.Text(0)}'; known are {string.Join(", ", Protocols.All.Select(one => $"'{one.Name}'"))}";
        }

        if (table.FindEvent(attribute.Text(1)) is null)
        {
            return $"protocol '{table.Name}' has no event '{attribute.Text(1)}'; it has {string.Join(", ", table.Events.Select(one => $"'{one.Name}'"))}";
        }

        if (attribute.Text("Of") is { } subject && subject is not ("this" or "return") && !HasParameter(method, subject))
        {
            return NoParameter(subject);
        }

        ITypeSymbol? type = attribute.Text("Of") switch
        {
            "return" => method.ReturnType,
            "this" => method.ContainingType,
            { } parameter => method.Parameters.First(one => one.Name == parameter).Type,
            null => null,
        };
        return attribute.Text("Unless") is { } member && (type is null || type.GetMembers(member).IsEmpty) ? $"there is no member '{member}' in '{type?.Name ?? "the object of a transition without Of"}'" : null;
    }

    private static IEnumerable<string> Contradictions(OperationContract contract)
    {
        if (contract.NmiSafe && contract.MayBlock is { When: null })
        {
            yield return "it is declared safe from NMI, and may block";
        }

        if (contract.NmiSafe && contract.MayAllocate)
        {
            yield return "it is declared safe from NMI, and allocates";
        }

        if (contract.NmiSafe && contract.ForbiddenIn.Any(rule => rule.When is null && rule.Contexts.MayBeNmi()))
        {
            yield return "it is declared safe from NMI, and forbidden there";
        }

        foreach (ContextRule legal in contract.LegalIn.Where(rule => rule.When is null))
        {
            foreach (ContextRule forbidden in contract.ForbiddenIn.Where(rule => rule.When is null))
            {
                if ((legal.Contexts & forbidden.Contexts) is not Context.None and var both)
                {
                    yield return $"it is declared legal and forbidden in {both.Describe()}";
                }
            }

            if (contract.RunsIn != Context.None && (contract.RunsIn & ~legal.Contexts) is not Context.None and var outside)
            {
                yield return $"it runs in {outside.Describe()}, where it is not declared legal";
            }
        }

        foreach (MaskChange change in contract.SetsMask.Where(change => (change.Mask & contract.KeepsMask) != 0))
        {
            yield return $"it keeps the mask that it finds, and {(change.Masked ? "masks" : "unmasks")}";
        }

        if ((contract.RequiresMasked & contract.RequiresUnmasked) != Mask.None)
        {
            yield return "it requires one thing to be masked and unmasked";
        }
    }

    private static bool HasParameter(IMethodSymbol method, string name) => method.Parameters.Any(parameter => parameter.Name == name);

    private static string NoParameter(string name) => $"there is no parameter '{name}'";
}
