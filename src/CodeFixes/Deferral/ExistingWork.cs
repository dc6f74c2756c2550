using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Deferral;

/// <summary>Work items that a type has already.</summary>
internal static class ExistingWork
{
    /// <summary>The name of a field whose work does what <paramref name="item"/> is to do; null when there is none, or its name means something else at the call.</summary>
    public static string? For(WorkItem item, SemanticModel model, CancellationToken cancellationToken) => item.Owner.GetMembers()
        .OfType<IFieldSymbol>()
        .Where(field => field.IsStatic != item.UsesObject && SymbolEqualityComparer.Default.Equals(field.Type, item.WorkType))
        .Where(field => field.DeclaringSyntaxReferences.Any(declaration => DoesTheSame(declaration.GetSyntax(cancellationToken), item)))
        .Where(field => SymbolEqualityComparer.Default.Equals(model.LookupSymbols(item.Call.SpanStart, name: field.Name).FirstOrDefault(), field))
        .Select(field => field.Name)
        .FirstOrDefault();

    private static bool DoesTheSame(SyntaxNode declaration, WorkItem item) =>
        declaration is VariableDeclaratorSyntax { Initializer.Value: BaseObjectCreationExpressionSyntax creation } &&
        creation.ArgumentList?.Arguments.FirstOrDefault()?.Expression is LambdaExpressionSyntax { ExpressionBody: { } body } lambda &&
        SyntaxFactory.AreEquivalent(ObjectNameOf(lambda) is { } name ? Renamed(body, name, item.ObjectName) : body, item.Deferred);

    private static string? ObjectNameOf(LambdaExpressionSyntax lambda) => lambda switch
    {
        SimpleLambdaExpressionSyntax simple => simple.Parameter.Identifier.ValueText,
        ParenthesizedLambdaExpressionSyntax { ParameterList.Parameters: { Count: 1 } parameters } => parameters[0].Identifier.ValueText,
        _ => null,
    };

    private static ExpressionSyntax Renamed(ExpressionSyntax body, string from, string to) => body.ReplaceNodes(
        body.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == from && (name.Parent as MemberAccessExpressionSyntax)?.Name != name),
        (name, _) => name.WithIdentifier(SyntaxFactory.Identifier(to).WithTriviaFrom(name.Identifier)));
}
