using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.Analyzers.Contracts.Files;

/// <summary>The few expressions that a contract file may contain, read without a compilation.</summary>
internal static class ConstantExpression
{
    /// <summary>The value of an expression for an argument of this type; null with a problem when it has none.</summary>
    public static ContractValue? Read(ExpressionSyntax expression, Type type, out string problem)
    {
        problem = "";
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
        {
            return Members(expression, type, out problem);
        }

        if (type.IsArray)
        {
            return Elements(expression) is { } elements ? ReadTexts(elements, out problem) : Wrong(expression, "an array of texts", out problem);
        }

        if (type == typeof(string))
        {
            return expression is LiteralExpressionSyntax { Token.Value: string text } ? ContractValue.OfLiteral(text)
                : expression.IsKind(SyntaxKind.NullLiteralExpression) ? ContractValue.OfLiteral(null)
                : Wrong(expression, "a text", out problem);
        }

        if (type == typeof(bool))
        {
            return expression.IsKind(SyntaxKind.TrueLiteralExpression) || expression.IsKind(SyntaxKind.FalseLiteralExpression)
                ? ContractValue.OfLiteral(expression.IsKind(SyntaxKind.TrueLiteralExpression))
                : Wrong(expression, "'true' or 'false'", out problem);
        }

        if (Number(expression) is { } number)
        {
            return ContractValue.OfLiteral(number);
        }

        // A flag of an enum of the program: which it is only the parameter tells.
        return type == typeof(object) && Names(expression) is { } names ? ContractValue.OfMembers(names.Select(name => name.Member)) : Wrong(expression, type == typeof(object) ? "a member of an enum or a number" : "a number", out problem);
    }

    /// <summary>The values of several texts.</summary>
    public static ContractValue? ReadTexts(IEnumerable<ExpressionSyntax> expressions, out string problem)
    {
        problem = "";
        var texts = new List<string>();
        foreach (ExpressionSyntax expression in expressions)
        {
            if (expression is not LiteralExpressionSyntax { Token.Value: string text })
            {
                return Wrong(expression, "a text", out problem);
            }

            texts.Add(text);
        }

        return ContractValue.OfTexts(texts);
    }

    /// <summary>Whether an array is written out.</summary>
    public static bool IsArray(ExpressionSyntax expression) => Elements(expression) is not null;

    private static IReadOnlyList<ExpressionSyntax>? Elements(ExpressionSyntax expression) => expression switch
    {
        ImplicitArrayCreationExpressionSyntax { Initializer.Expressions: var elements } => [.. elements],
        ArrayCreationExpressionSyntax { Initializer.Expressions: var elements } => [.. elements],
        CollectionExpressionSyntax { Elements: var elements } when elements.All(element => element is ExpressionElementSyntax) => [.. elements.Select(element => ((ExpressionElementSyntax)element).Expression)],
        _ => null,
    };

    private static ContractValue? Members(ExpressionSyntax expression, Type type, out string problem)
    {
        problem = "";
        if (Names(expression) is not { } names)
        {
            return Wrong(expression, $"a member of '{type.Name}'", out problem);
        }

        foreach ((string owner, string member) in names)
        {
            if (owner != type.Name || !Enum.IsDefined(type, member))
            {
                problem = owner == type.Name ? $"'{type.Name}' has no member '{member}'" : $"'{owner}.{member}' is not a member of '{type.Name}'";
                return null;
            }
        }

        return names.Count == 1 || type.IsDefined(typeof(FlagsAttribute), inherit: false) ? ContractValue.OfMembers(names.Select(name => name.Member)) : Wrong(expression, $"one member of '{type.Name}'", out problem);
    }

    private static IReadOnlyList<(string Owner, string Member)>? Names(ExpressionSyntax expression)
    {
        var names = new List<(string Owner, string Member)>();
        ExpressionSyntax? rest = expression;
        while (rest is not null)
        {
            ExpressionSyntax one = rest;
            rest = null;
            if (one is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression } or)
            {
                one = or.Right;
                rest = or.Left;
            }

            string? owner = one is MemberAccessExpressionSyntax access
                ? access.Expression switch
                {
                    IdentifierNameSyntax simple => simple.Identifier.ValueText,
                    MemberAccessExpressionSyntax { Name: IdentifierNameSyntax name } => name.Identifier.ValueText,
                    _ => null,
                }
                : null;
            if (owner is null)
            {
                return null;
            }

            names.Insert(0, (owner, ((MemberAccessExpressionSyntax)one).Name.Identifier.ValueText));
        }

        return names;
    }

    private static long? Number(ExpressionSyntax expression)
    {
        bool negative = expression.IsKind(SyntaxKind.UnaryMinusExpression);
        ExpressionSyntax digits = negative ? ((PrefixUnaryExpressionSyntax)expression).Operand : expression;
        return digits is LiteralExpressionSyntax { Token.Value: { } value } && digits.IsKind(SyntaxKind.NumericLiteralExpression) && EnumByName.Number(value) is { } number ? (negative ? unchecked(-number) : number) : null;
    }

    private static ContractValue? Wrong(ExpressionSyntax expression, string expected, out string problem)
    {
        string text = expression.ToString();
        problem = $"'{(text.Length <= 40 ? text : text.Substring(0, 40) + "…")}' is not {expected}";
        return null;
    }
}
