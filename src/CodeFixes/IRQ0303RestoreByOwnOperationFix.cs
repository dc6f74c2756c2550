using System.Collections.Generic;
using System.Composition;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;

namespace IrqSafety.CodeFixes;

/// <summary>
/// Restores the word by the operation that takes its type, beside the type itself. Offered where the mixed-up word is all that a restoring call is given; what
/// a word that is kept or computed with is meant for is not known.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IRQ0303RestoreByOwnOperationFix)), Shared]
public sealed class IRQ0303RestoreByOwnOperationFix() : EditingFix<Replacement>("IRQ0303")
{
    /// <inheritdoc/>
    protected override Task<Replacement?> FindEditAsync(Occurrence occurrence, CancellationToken cancellationToken) => Task.FromResult(FindEdit(occurrence, cancellationToken));

    /// <inheritdoc/>
    protected override Task ApplyAsync(SolutionEditor editor, IReadOnlyList<Replacement> edits, CancellationToken cancellationToken) =>
        Replacement.ApplyAsync(editor, edits, cancellationToken);

    private static Replacement? FindEdit(Occurrence occurrence, CancellationToken cancellationToken)
    {
        SemanticModel model = occurrence.Model;
        ContractReader contracts = occurrence.Contracts(cancellationToken);
        if (occurrence.Node.AncestorsAndSelf().OfType<ExpressionSyntax>().Select(node => Word(node, model, contracts, cancellationToken)).FirstOrDefault(word => word is not null) is not { } flags
            || model.GetTypeInfo(flags, cancellationToken).Type is not INamedTypeSymbol type
            || RestoreOf(type, contracts) is not { } restore
            || occurrence.Node.Ancestors().OfType<InvocationExpressionSyntax>().FirstOrDefault(call => IsRestore(call, model, contracts, cancellationToken)) is not { ArgumentList.Arguments.Count: 1 } call
            || !IsOnly(call.ArgumentList.Arguments[0].Expression, flags))
        {
            return null;
        }

        InvocationExpressionSyntax restored = SyntaxFactory.InvocationExpression(
            SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, Imports.Type(restore.ContainingType), SyntaxFactory.IdentifierName(restore.Name)),
            SyntaxFactory.ArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Argument(flags.WithoutTrivia()))));
        return new Replacement(occurrence.Document.Id, call, restored.WithTriviaFrom(call));
    }

    /// <summary>The typed word in <c>flags.Word</c> or <c>flags.Reinterpret()</c>.</summary>
    private static ExpressionSyntax? Word(ExpressionSyntax node, SemanticModel model, ContractReader contracts, CancellationToken cancellationToken)
    {
        MemberAccessExpressionSyntax? access = node.DescendantNodesAndSelf().OfType<MemberAccessExpressionSyntax>().FirstOrDefault(member => model.GetSymbolInfo(member, cancellationToken).Symbol switch
        {
            IPropertySymbol property => contracts.FlagKindOf(property) != FlagKind.None,
            IMethodSymbol method => contracts.Of(method).Reinterprets is not null,
            _ => false,
        });
        return access?.Expression;
    }

    // Casts and the struct that wraps the number say nothing more.
    private static bool IsOnly(ExpressionSyntax given, ExpressionSyntax flags)
    {
        for (SyntaxNode? node = flags.Parent; node is not null; node = node.Parent)
        {
            if (node == given)
            {
                return true;
            }

            if (node is not (MemberAccessExpressionSyntax or CastExpressionSyntax or ParenthesizedExpressionSyntax or InvocationExpressionSyntax or ArgumentSyntax or ArgumentListSyntax or BaseObjectCreationExpressionSyntax))
            {
                return false;
            }
        }

        return false;
    }

    private static bool IsRestore(InvocationExpressionSyntax call, SemanticModel model, ContractReader contracts, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method && contracts.Of(method) is { Locks.Count: 0, RestoresMask: not Mask.None };

    private static IMethodSymbol? RestoreOf(INamedTypeSymbol type, ContractReader contracts)
    {
        List<IMethodSymbol> found =
        [
            .. type.ContainingNamespace.GetTypeMembers().Where(one => one is { IsStatic: true, DeclaredAccessibility: Accessibility.Public })
                .SelectMany(one => one.GetMembers().OfType<IMethodSymbol>())
                .Where(method => method is { Parameters.Length: 1, DeclaredAccessibility: Accessibility.Public, ReturnsVoid: true }
                    && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, type)
                    && contracts.Of(method) is { Locks.Count: 0, RestoresMask: not Mask.None }),
        ];
        return found.Count == 1 ? found[0] : null;
    }
}
