using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Flags;

/// <summary>Flags written out as constants, one or several with <c>|</c> between them, and what to make of them so that the constraints hold.</summary>
internal sealed class FlagExpression(SemanticModel model, IReadOnlyList<ArgumentConstraint> constraints, CancellationToken cancellationToken)
{
    /// <summary>The flags corrected, or null when they are right already or cannot be corrected by leaving out and adding whole flags.</summary>
    public ExpressionSyntax? Corrected(ExpressionSyntax flags)
    {
        if (model.GetTypeInfo(flags, cancellationToken).ConvertedType is not INamedTypeSymbol { TypeKind: TypeKind.Enum } type || HasCommentInside(flags))
        {
            return null;
        }

        List<ExpressionSyntax> all = [.. Leaves(flags)];
        List<long?> values = [.. all.Select(ValueOf)];
        if (values.Contains(null))
        {
            return null;
        }

        HashSet<ExpressionSyntax> refused = [.. all.Where((_, index) => IsRefused(values[index]!.Value))];
        long rest = all.Zip(values, (leaf, value) => refused.Contains(leaf) ? 0 : value!.Value).Aggregate(0L, (sum, value) => sum | value);
        List<ArgumentConstraint> missing = [.. constraints.Where(constraint => constraint.Rule == ArgumentRule.RequiresFlag && constraint.Refuses(rest))];
        long corrected = missing.Aggregate(rest, (sum, constraint) => sum | constraint.Minimum);
        if ((refused.Count == 0 && missing.Count == 0) || constraints.Any(constraint => constraint.Refuses(corrected)))
        {
            return null;
        }

        if (missing.Count > 0 && rest == 0)
        {
            // "None" and another flag are that flag.
            refused.UnionWith(all);
        }

        ExpressionSyntax? result = Without(flags, refused);
        foreach (ArgumentConstraint constraint in missing)
        {
            if (Member(type, constraint.Minimum, all) is not { } member)
            {
                return null;
            }

            result = result is null ? member : Or(result, member);
        }

        result ??= Member(type, 0, all) ?? SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, SyntaxFactory.Literal(0));
        return result.WithTriviaFrom(flags);
    }

    private static bool HasCommentInside(ExpressionSyntax flags) =>
        flags.DescendantTrivia().Any(trivia =>
            trivia.SpanStart >= flags.SpanStart && trivia.SpanStart < flags.Span.End &&
            !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));

    private static IEnumerable<ExpressionSyntax> Leaves(ExpressionSyntax flags) => flags switch
    {
        ParenthesizedExpressionSyntax parenthesized => Leaves(parenthesized.Expression),
        BinaryExpressionSyntax binary when binary.IsKind(SyntaxKind.BitwiseOrExpression) => Leaves(binary.Left).Concat(Leaves(binary.Right)),
        _ => [flags],
    };

    private long? ValueOf(ExpressionSyntax leaf) =>
        leaf is SimpleNameSyntax or MemberAccessExpressionSyntax or LiteralExpressionSyntax && model.GetConstantValue(leaf, cancellationToken) is { HasValue: true, Value: { } value }
            ? EnumByName.Number(value)
            : null;

    private bool IsRefused(long value)
    {
        long rejected = constraints.Where(constraint => constraint.Rule == ArgumentRule.RejectsFlag).Aggregate(0L, (sum, constraint) => sum | constraint.Minimum);
        return value != 0 && (value & ~rejected) == 0;
    }

    /// <summary>The expression without some of its leaves; null when none is left.</summary>
    private static ExpressionSyntax? Without(ExpressionSyntax flags, HashSet<ExpressionSyntax> leaves)
    {
        switch (flags)
        {
            case ParenthesizedExpressionSyntax parenthesized:
                return Without(parenthesized.Expression, leaves) switch
                {
                    null => null,
                    BinaryExpressionSyntax rest => parenthesized.WithExpression(rest),
                    { } single => single.WithTriviaFrom(parenthesized),
                };
            case BinaryExpressionSyntax binary when binary.IsKind(SyntaxKind.BitwiseOrExpression):
                ExpressionSyntax? left = Without(binary.Left, leaves);
                ExpressionSyntax? right = Without(binary.Right, leaves);
                return (left, right) switch
                {
                    (null, _) => right?.WithLeadingTrivia(binary.GetLeadingTrivia()),
                    (_, null) => left.WithTrailingTrivia(binary.GetTrailingTrivia()),
                    _ => binary.WithLeft(left).WithRight(right),
                };
            default:
                return leaves.Contains(flags) ? null : flags;
        }
    }

    private static BinaryExpressionSyntax Or(ExpressionSyntax left, ExpressionSyntax right) => SyntaxFactory.BinaryExpression(
        SyntaxKind.BitwiseOrExpression,
        left.WithTrailingTrivia(SyntaxFactory.Space),
        SyntaxFactory.Token(SyntaxKind.BarToken).WithTrailingTrivia(SyntaxFactory.Space),
        right);

    /// <summary>The member of the enum with this value, written the way the flags beside it are.</summary>
    private ExpressionSyntax? Member(INamedTypeSymbol type, long value, IEnumerable<ExpressionSyntax> others)
    {
        if (EnumByName.MemberOf(type, value) is not { } name)
        {
            return null;
        }

        foreach (ExpressionSyntax other in others)
        {
            if (other is MemberAccessExpressionSyntax access && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(other, cancellationToken).Symbol?.ContainingType, type))
            {
                return access.WithName(SyntaxFactory.IdentifierName(name)).WithoutTrivia();
            }
        }

        return SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Imports.Type(type), SyntaxFactory.IdentifierName(name));
    }
}
