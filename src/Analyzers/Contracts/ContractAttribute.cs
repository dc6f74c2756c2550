using System.Collections.Generic;
using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>
/// One contract attribute as it stands on a symbol. Attribute classes are known by full name, so a project may declare its own internal
/// copies; enum arguments are read by member name, so a copy may number its members differently.
/// </summary>
internal readonly struct ContractAttribute
{
    /// <summary>The namespace of every contract attribute.</summary>
    public const string Namespace = "IrqSafety.Contracts";

    private ContractAttribute(AttributeData data, string name)
    {
        Data = data;
        Name = name;
    }

    /// <summary>The attribute.</summary>
    public AttributeData Data { get; }

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
                (found ??= ImmutableArray.CreateBuilder<ContractAttribute>()).Add(new ContractAttribute(attribute, name));
            }
        }

        return found?.ToImmutable() ?? ImmutableArray<ContractAttribute>.Empty;
    }

    /// <summary>The text of a constructor argument, or an empty string.</summary>
    public string Text(int position) => Argument(position)?.Value as string ?? "";

    /// <summary>The text of a named argument, or null.</summary>
    public string? Text(string name) => Argument(name)?.Value as string;

    /// <summary>A constructor argument of an enum type, by the names of its members.</summary>
    public TEnum Enum<TEnum>(int position)
        where TEnum : struct, System.Enum => EnumByName.Read<TEnum>(Argument(position));

    /// <summary>A named argument of an enum type, by the names of its members.</summary>
    public TEnum Enum<TEnum>(string name)
        where TEnum : struct, System.Enum => EnumByName.Read<TEnum>(Argument(name));

    /// <summary>A named Boolean, or its default.</summary>
    public bool Flag(string name, bool otherwise) => Argument(name)?.Value is bool value ? value : otherwise;

    /// <summary>A Boolean constructor argument.</summary>
    public bool Flag(int position) => Argument(position)?.Value is true;

    /// <summary>A number, whatever its type; 0 when it is none.</summary>
    public long Number(int position) => Argument(position) is { Kind: not TypedConstantKind.Array and not TypedConstantKind.Error } argument ? EnumByName.Number(argument.Value) ?? 0 : 0;

    /// <summary>The constructor argument, or null when the code does not compile.</summary>
    public TypedConstant? Argument(int position) =>
        position < Data.ConstructorArguments.Length ? Data.ConstructorArguments[position] : null;

    private TypedConstant? Argument(string name)
    {
        foreach (KeyValuePair<string, TypedConstant> argument in Data.NamedArguments)
        {
            if (argument.Key == name)
            {
                return argument.Value;
            }
        }

        return null;
    }

    private static string? NameOf(INamedTypeSymbol? type)
    {
        const string Suffix = "Attribute";
        return type is { ContainingType: null, ContainingNamespace: { Name: "Contracts", ContainingNamespace: { Name: "IrqSafety", ContainingNamespace.IsGlobalNamespace: true } } }
            && type.Name.EndsWith(Suffix, System.StringComparison.Ordinal)
            ? type.Name.Substring(0, type.Name.Length - Suffix.Length)
            : null;
    }
}

/// <summary>Reads enum constants by the names of their members.</summary>
internal static class EnumByName
{
    /// <summary>The value whose members have the names of the constant's; names that are not known here are left out.</summary>
    public static TEnum Read<TEnum>(TypedConstant? constant)
        where TEnum : struct, System.Enum
    {
        if (constant is not { Kind: TypedConstantKind.Enum, Type: INamedTypeSymbol type } argument || Number(argument.Value) is not { } value)
        {
            return default;
        }

        return (TEnum)System.Enum.ToObject(typeof(TEnum), typeof(TEnum).IsDefined(typeof(System.FlagsAttribute), inherit: false) ? ReadFlags<TEnum>(type, value) : ReadOne<TEnum>(type, value));
    }

    private static long ReadOne<TEnum>(INamedTypeSymbol type, long value)
        where TEnum : struct, System.Enum
    {
        foreach ((long bits, long known) in Known<TEnum>(type))
        {
            if (bits == value)
            {
                return known;
            }
        }

        return 0;
    }

    // Single flags first: a name for several is needed only where the copy has no name for each.
    private static long ReadFlags<TEnum>(INamedTypeSymbol type, long value)
        where TEnum : struct, System.Enum
    {
        long result = 0;
        long covered = 0;
        foreach (bool single in new[] { true, false })
        {
            foreach ((long bits, long known) in Known<TEnum>(type))
            {
                if (bits != 0 && (value & bits) == bits && (bits & ~covered) != 0 && (!single || IsSingle(known)))
                {
                    result |= known;
                    covered |= bits;
                }
            }
        }

        return result;
    }

    private static bool IsSingle(long bits) => bits != 0 && (bits & (bits - 1)) == 0;

    private static IEnumerable<(long Bits, long Known)> Known<TEnum>(INamedTypeSymbol type)
        where TEnum : struct, System.Enum
    {
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Number(field.ConstantValue) is { } bits && System.Enum.TryParse(field.Name, out TEnum known))
            {
                yield return (bits, Number(known) ?? 0);
            }
        }
    }

    /// <summary>The name of the member of <paramref name="type"/> that has this value, or null.</summary>
    public static string? MemberOf(ITypeSymbol type, object? value)
    {
        if (Number(value) is not { } number)
        {
            return null;
        }

        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Number(field.ConstantValue) == number)
            {
                return field.Name;
            }
        }

        return null;
    }

    /// <summary>An integer of any type as a 64-bit number; null for anything else.</summary>
    public static long? Number(object? value) => value switch
    {
        null or string or bool or float or double or decimal => null,
        ulong large => unchecked((long)large),
        System.IConvertible number => number.ToInt64(CultureInfo.InvariantCulture),
        _ => null,
    };
}
