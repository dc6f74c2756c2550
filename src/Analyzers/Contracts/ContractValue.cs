using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Contracts;

/// <summary>An argument of a contract attribute, read from metadata or from a contract file. One of the wrong type reads as absent.</summary>
internal abstract class ContractValue
{
    /// <summary>As a text.</summary>
    public abstract string? Text { get; }

    /// <summary>As a truth value.</summary>
    public abstract bool? Flag { get; }

    /// <summary>As a number.</summary>
    public abstract long? Number { get; }

    /// <summary>As an array of texts.</summary>
    public abstract ImmutableArray<string> Texts { get; }

    /// <summary>As a set of members of an enum of the contracts, by name.</summary>
    public abstract TEnum Enum<TEnum>()
        where TEnum : struct, Enum;

    /// <summary>As a constant of an enum of the program, or a number.</summary>
    public abstract (string Name, long Number) Constant(ITypeSymbol? type);

    /// <summary>A constant of metadata or of compiled source.</summary>
    public static ContractValue Of(TypedConstant constant) => new Compiled(constant);

    /// <summary>A literal of a contract file: a string, a Boolean, a 64-bit number, or null.</summary>
    public static ContractValue OfLiteral(object? literal) => new Written(literal, [], []);

    /// <summary>Members of an enum, by name, as a contract file writes them.</summary>
    public static ContractValue OfMembers(IEnumerable<string> members) => new Written(null, [.. members], []);

    /// <summary>Texts, as a contract file writes them.</summary>
    public static ContractValue OfTexts(IEnumerable<string> texts) => new Written(null, [], [.. texts]);

    private sealed class Compiled(TypedConstant constant) : ContractValue
    {
        public override string? Text => constant.Kind == TypedConstantKind.Array ? null : constant.Value as string;

        public override bool? Flag => constant.Kind == TypedConstantKind.Array ? null : constant.Value as bool?;

        public override long? Number => constant.Kind is TypedConstantKind.Array or TypedConstantKind.Error ? null : EnumByName.Number(constant.Value);

        public override ImmutableArray<string> Texts => constant.Kind == TypedConstantKind.Array && !constant.Values.IsDefault
            ? [.. constant.Values.Where(value => value.Kind != TypedConstantKind.Array).Select(value => value.Value).OfType<string>()]
            : [];

        public override TEnum Enum<TEnum>() => EnumByName.Read<TEnum>(constant);

        public override (string Name, long Number) Constant(ITypeSymbol? type) =>
            constant is { Kind: not TypedConstantKind.Array, Type: { } own } ? (EnumByName.MemberOf(own, constant.Value) ?? $"{constant.Value}", Number ?? 0) : ("", 0);
    }

    private sealed class Written(object? literal, ImmutableArray<string> members, ImmutableArray<string> texts) : ContractValue
    {
        public override string? Text => literal as string;

        public override bool? Flag => literal as bool?;

        public override long? Number => literal as long?;

        public override ImmutableArray<string> Texts => texts;

        public override TEnum Enum<TEnum>()
        {
            long all = 0;
            foreach (string member in members)
            {
                all |= System.Enum.TryParse(member, out TEnum known) ? EnumByName.Number(known) ?? 0 : 0;
            }

            return (TEnum)System.Enum.ToObject(typeof(TEnum), all);
        }

        public override (string Name, long Number) Constant(ITypeSymbol? type)
        {
            if (members.IsEmpty)
            {
                return ($"{literal}", Number ?? 0);
            }

            long all = 0;
            foreach (string member in members)
            {
                all |= type?.GetMembers(member).OfType<IFieldSymbol>().Select(field => EnumByName.Number(field.ConstantValue)).FirstOrDefault() ?? 0;
            }

            return (string.Join(" | ", members), all);
        }
    }
}
