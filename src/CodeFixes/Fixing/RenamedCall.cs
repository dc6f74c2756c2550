using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Fixing;

/// <summary>A call that becomes the same call of another method of the same type.</summary>
internal static class RenamedCall
{
    /// <summary>The same call of <paramref name="method"/>; null when its name would not mean that method there.</summary>
    public static InvocationExpressionSyntax? To(IMethodSymbol method, InvocationExpressionSyntax call, SemanticModel model)
    {
        if (call.CalledName() is not { } name)
        {
            return null;
        }

        InvocationExpressionSyntax renamed = call.ReplaceNode(name, Renamed(name, method.Name));
        return Means(method, renamed, call, model) ? renamed : null;
    }

    /// <summary>The change of nothing but the name; null when the name would not mean <paramref name="method"/> there.</summary>
    public static Replacement? InPlace(IMethodSymbol method, InvocationExpressionSyntax call, Occurrence occurrence) =>
        To(method, call, occurrence.Model) is not null && call.CalledName() is { } name
            ? new Replacement(occurrence.Document.Id, name, Renamed(name, method.Name))
            : null;

    // Overloads, and members of the surrounding type where the call is unqualified, can make the name mean something else.
    private static bool Means(IMethodSymbol method, InvocationExpressionSyntax renamed, InvocationExpressionSyntax call, SemanticModel model) =>
        call.Expression is MemberBindingExpressionSyntax
            ? method.ContainingType.GetMembers(method.Name).Length == 1
            : model.GetSpeculativeSymbolInfo(call.SpanStart, renamed, SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol bound &&
              SymbolEqualityComparer.Default.Equals(bound.OriginalDefinition, method.OriginalDefinition);

    private static SimpleNameSyntax Renamed(SimpleNameSyntax name, string identifier) =>
        name.WithIdentifier(SyntaxFactory.Identifier(identifier).WithTriviaFrom(name.Identifier));
}
