using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Analyzers.Judging;

/// <summary>
/// Whether a call depends on a condition that may be another way to ask for what it needs, a capability or an interrupt that is an NMI: a static key, a flag that was set from it.
/// </summary>
internal static class UnknownConditions
{
    /// <summary>True when it does, whatever the condition says.</summary>
    public static bool DecideAbout(BodyResult result, CallEvent call)
    {
        SyntaxNode body = result.Body.Root.Syntax;
        SyntaxNode place = call.Operation.Syntax;
        List<TextSpan> asked = [.. result.Calls.Where(one => one.Contract.Capability is not null).Select(one => one.Operation.Syntax.Span)];
        return place.Ancestors().TakeWhile(node => node != body.Parent).Any(node => Condition(node) is { } condition && !condition.Span.Contains(place.Span) && !IsAsked(condition))
            || body.DescendantNodes().OfType<ReturnStatementSyntax>().Any(left => left.SpanStart < place.SpanStart && left.Ancestors().TakeWhile(node => node != body).Any(node => Condition(node) is { } condition && !IsAsked(condition)));

        bool IsAsked(SyntaxNode condition) => asked.Exists(condition.Span.Contains);
    }

    private static SyntaxNode? Condition(SyntaxNode node) => node switch
    {
        IfStatementSyntax one => one.Condition,
        ConditionalExpressionSyntax one => one.Condition,
        SwitchStatementSyntax one => one.Expression,
        SwitchExpressionSyntax one => one.GoverningExpression,
        BinaryExpressionSyntax one when one.IsKind(SyntaxKind.LogicalAndExpression) || one.IsKind(SyntaxKind.LogicalOrExpression) => one.Left,
        _ => null,
    };
}
