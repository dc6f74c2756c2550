using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Reflection;
using IrqSafety.Contracts;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>A contract attribute as it may be written.</summary>
/// <param name="Name">Its name without the suffix.</param>
/// <param name="Constructors">The parameters of its constructors, longest list first.</param>
/// <param name="Properties">What may be given by name.</param>
/// <param name="Targets">Where it may stand.</param>
/// <param name="AllowMultiple">Whether it may stand there more than once.</param>
internal sealed record ContractShape(
    string Name,
    IReadOnlyList<IReadOnlyList<ParameterInfo>> Constructors,
    ImmutableDictionary<string, Type> Properties,
    AttributeTargets Targets,
    bool AllowMultiple)
{
    /// <summary>The parameters for this number of arguments.</summary>
    public IReadOnlyList<ParameterInfo> ParametersFor(int arguments) => Constructors.FirstOrDefault(one => one.Count == arguments) ?? Constructors[0];
}

/// <summary>The contract attributes there are, taken from the attributes themselves so that a contract file may say whatever source may.</summary>
internal static class ContractVocabulary
{
    /// <summary>The attributes, by name without the suffix.</summary>
    public static ImmutableDictionary<string, ContractShape> All { get; } = typeof(RunsInAttribute).Assembly.GetExportedTypes()
        .Where(type => type.Namespace == ContractAttribute.Namespace && typeof(Attribute).IsAssignableFrom(type))
        .Select(Shape)
        .ToImmutableDictionary(shape => shape.Name);

    private static ContractShape Shape(Type type)
    {
        AttributeUsageAttribute usage = type.GetCustomAttribute<AttributeUsageAttribute>() ?? new AttributeUsageAttribute(AttributeTargets.All);
        return new ContractShape(
            type.Name.Substring(0, type.Name.Length - nameof(Attribute).Length),
            [.. type.GetConstructors().Select(constructor => constructor.GetParameters()).OrderByDescending(parameters => parameters.Length)],
            type.GetProperties().Where(property => property.SetMethod is not null).ToImmutableDictionary(property => property.Name, property => property.PropertyType),
            usage.ValidOn,
            usage.AllowMultiple);
    }
}
