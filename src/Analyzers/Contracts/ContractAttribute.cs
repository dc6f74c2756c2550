using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using IrqSafety.Analyzers.Contracts.Files;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// One contract attribute, as it stands on a symbol or in a line of a contract file. Attribute classes are known by full name, so a project may
/// declare its own internal copies; enum arguments are read by member name, so a copy may number its members differently.
/// </summary>
internal sealed class ContractAttribute
{
    /// <summary>The namespace of every contract attribute.</summary>
    public const string Namespace = "IrqSafety.Contracts";

    private readonly ImmutableArray<ContractValue> _arguments;
    private readonly ImmutableDictionary<string, ContractValue> _named;

    private ContractAttribute(string name, ImmutableArray<ContractValue> arguments, ImmutableDictionary<string, ContractValue> named, AttributeData? data, Location? location)
    {
        Name = name;
        _arguments = arguments;
        _named = named;
        Data = data;
        Location = location ?? (data?.ApplicationSyntaxReference is { } reference ? Location.Create(reference.SyntaxTree, reference.Span) : null);
    }

    /// <summary>The attribute, where it stands on a symbol; null when it stands in a contract file.</summary>
    public AttributeData? Data { get; }

    /// <summary>Where it is written; null when that is in metadata.</summary>
    public Location? Location { get; }

    /// <summary>True when it stands in the contract file that ships with the analyzer.</summary>
    public bool IsShipped => Location is { Kind: LocationKind.ExternalFile } && Location.GetLineSpan().Path == ContractFiles.ShippedName;

    /// <summary>Its class without the suffix: <c>RunsIn</c>.</summary>
    public string Name { get; }

    /// <summary>The contract attributes in a list.</summary>
    public static ImmutableArray<ContractAttribute> In(ImmutableArray<AttributeData> attributes)
    {
        ImmutableArray<ContractAttribute>.Builder? found = null;
        foreach (AttributeData attribute in attributes)
        {
            if (NameOf(attribute.AttributeClass) is { } name)
            {
                (found ??= ImmutableArray.CreateBuilder<ContractAttribute>()).Add(new ContractAttribute(
                    name,
                    [.. attribute.ConstructorArguments.Select(ContractValue.Of)],
                    attribute.NamedArguments.IsEmpty ? ImmutableDictionary<string, ContractValue>.Empty : Named(attribute.NamedArguments),
                    attribute,
                    location: null));
            }
        }

        return found?.ToImmutable() ?? ImmutableArray<ContractAttribute>.Empty;
    }

    /// <summary>One written in a contract file.</summary>
    public static ContractAttribute Written(string name, ImmutableArray<ContractValue> arguments, ImmutableDictionary<string, ContractValue> named, Location location) =>
        new(name, arguments, named, data: null, location);

    /// <summary>The text of a constructor argument, or an empty string.</summary>
    public string Text(int position) => Argument(position)?.Text ?? "";

    /// <summary>The text of a named argument, or null.</summary>
    public string? Text(string name) => Argument(name)?.Text;

    /// <summary>The texts of an array from this constructor argument on.</summary>
    public ImmutableArray<string> Texts(int position) => Argument(position)?.Texts ?? [];

    /// <summary>The texts of a named array.</summary>
    public ImmutableArray<string> Texts(string name) => Argument(name)?.Texts ?? [];

    /// <summary>A constructor argument of an enum type, by the names of its members.</summary>
    public TEnum Enum<TEnum>(int position)
        where TEnum : struct, Enum => Argument(position) is { } value ? value.Enum<TEnum>() : default;

    /// <summary>A named argument of an enum type, by the names of its members.</summary>
    public TEnum Enum<TEnum>(string name)
        where TEnum : struct, Enum => Argument(name) is { } value ? value.Enum<TEnum>() : default;

    /// <summary>A named Boolean, or its default.</summary>
    public bool Flag(string name, bool otherwise) => Argument(name)?.Flag ?? otherwise;

    /// <summary>A Boolean constructor argument.</summary>
    public bool Flag(int position) => Argument(position)?.Flag is true;

    /// <summary>A number, whatever its type; 0 when it is none.</summary>
    public long Number(int position) => Argument(position)?.Number ?? 0;

    /// <summary>A number given by name, or null.</summary>
    public long? Number(string name) => Argument(name)?.Number;

    /// <summary>A constant of an enum of the program, or a number: what it is called and what it is.</summary>
    /// <param name="position">The argument.</param>
    /// <param name="type">The enum, where only the use of the attribute says which it is.</param>
    public (string Name, long Number) Constant(int position, ITypeSymbol? type) => Argument(position)?.Constant(type) ?? ("", 0);

    private ContractValue? Argument(int position) => position < _arguments.Length ? _arguments[position] : null;

    private ContractValue? Argument(string name) => _named.TryGetValue(name, out ContractValue? value) ? value : null;

    private static ImmutableDictionary<string, ContractValue> Named(ImmutableArray<KeyValuePair<string, TypedConstant>> arguments)
    {
        ImmutableDictionary<string, ContractValue>.Builder named = ImmutableDictionary.CreateBuilder<string, ContractValue>();
        foreach (KeyValuePair<string, TypedConstant> argument in arguments)
        {
            named[argument.Key] = ContractValue.Of(argument.Value);
        }

        return named.ToImmutable();
    }

    private static string? NameOf(INamedTypeSymbol? type)
    {
        const string Suffix = "Attribute";
        return type is { ContainingType: null, ContainingNamespace: { Name: "Contracts", ContainingNamespace: { Name: "IrqSafety", ContainingNamespace.IsGlobalNamespace: true } } }
            && type.Name.EndsWith(Suffix, StringComparison.Ordinal)
            ? type.Name.Substring(0, type.Name.Length - Suffix.Length)
            : null;
    }
}
