using System.Collections.Generic;
using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

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

        return (TEnum)System.Enum.ToObject(typeof(TEnum), Members<TEnum>.AreFlags ? ReadFlags<TEnum>(type, value) : ReadOne<TEnum>(type, value));
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
        for (int pass = 0; pass < 2; pass++)
        {
            bool single = pass == 0;
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

    private static (long Bits, long Known)[] Known<TEnum>(INamedTypeSymbol type)
        where TEnum : struct, System.Enum => Members<TEnum>.Of.GetValue(type, static one =>
        {
            List<(long, long)> members = [];
            foreach (ISymbol member in one.GetMembers())
            {
                if (member is IFieldSymbol { HasConstantValue: true } field && Number(field.ConstantValue) is { } bits && System.Enum.TryParse(field.Name, out TEnum known))
                {
                    members.Add((bits, Number(known) ?? 0));
                }
            }

            return [.. members];
        });

    // An enum is read for each contract that names it; its members are looked up by name once.
    private static class Members<TEnum>
        where TEnum : struct, System.Enum
    {
        public static readonly bool AreFlags = typeof(TEnum).IsDefined(typeof(System.FlagsAttribute), inherit: false);

        public static readonly ConditionalWeakTable<INamedTypeSymbol, (long Bits, long Known)[]> Of = new();
    }

    private static readonly ConditionalWeakTable<ITypeSymbol, Dictionary<long, string>> Names = new();

    /// <summary>The name of the member of <paramref name="type"/> that has this value, or null.</summary>
    public static string? MemberOf(ITypeSymbol type, object? value)
    {
        if (Number(value) is not { } number)
        {
            return null;
        }

        return Names.GetValue(type, NamesOf).TryGetValue(number, out string? name) ? name : null;
    }

    private static Dictionary<long, string> NamesOf(ITypeSymbol type)
    {
        var names = new Dictionary<long, string>();
        foreach (ISymbol member in type.GetMembers())
        {
            if (member is IFieldSymbol { HasConstantValue: true } field && Number(field.ConstantValue) is { } number && !names.ContainsKey(number))
            {
                names[number] = field.Name;
            }
        }

        return names;
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
