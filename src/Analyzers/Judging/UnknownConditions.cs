using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace IrqSafety.Analyzers.Judging;

/// <summary>
/// The conditions that a call depends on, as they are written, and whether they may be another way to ask for what it needs, a capability or an interrupt that is an NMI: a static key, a flag
/// that was set from it.
/// </summary>
internal static class UnknownConditions
{
    /// <summary>Whether it depends on one that may be another way to ask for a capability: a static key, a flag that was set from it.</summary>
    public static bool DecideAbout(BodyResult result, CallEvent call)
    {
        List<TextSpan> asked = [.. result.Calls.Where(one => one.Contract.Capability is not null).Select(one => one.Operation.Syntax.Span)];
        return On(result, call).Any(condition => !asked.Exists(condition.Span.Contains));
    }

    /// <summary>The conditions around it, and those around what leaves before it.</summary>
    public static IEnumerable<SyntaxNode> On(BodyResult result, CallEvent call)
    {
        SyntaxNode body = result.Body.Syntax;
        SyntaxNode place = call.Operation.Syntax;
        return place.Ancestors().TakeWhile(node => node != body.Parent).Select(Condition).Where(condition => condition?.Span.Contains(place.Span) == false)
            .Concat(body.DescendantNodes().Where(node => Leaves(node) && node.SpanStart < place.SpanStart).SelectMany(left => left.Ancestors().TakeWhile(node => node != body)).Select(Condition))
            .OfType<SyntaxNode>().Distinct();
    }

    private static bool Leaves(SyntaxNode node) =>
        node is ReturnStatementSyntax or ThrowStatementSyntax or ContinueStatementSyntax or GotoStatementSyntax || (node is BreakStatementSyntax && node.Parent is not SwitchSectionSyntax);

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
