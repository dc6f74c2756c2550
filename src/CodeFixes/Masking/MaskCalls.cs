using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.CodeFixes.Fixing;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Masking;

/// <summary>The operations of a type that save, restore, mask and unmask, as their contracts say. What lock operations do to masks is not among them.</summary>
/// <param name="contracts">The contracts.</param>
/// <param name="model">What calls mean.</param>
/// <param name="cancellationToken">Cancels.</param>
internal sealed class MaskCalls(ContractReader contracts, SemanticModel model, CancellationToken cancellationToken)
{
    /// <summary>The method that a call calls, with its contract.</summary>
    public (IMethodSymbol Method, OperationContract Contract)? Of(InvocationExpressionSyntax call) =>
        model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method && contracts.Of(method) is { Locks.Count: 0, Guard: null } contract ? (method, contract) : null;

    /// <summary>The operation of the same type that restores what this one saves; null when there is none, or more than one.</summary>
    public IMethodSymbol? RestoreOf(IMethodSymbol save)
    {
        Mask saved = contracts.Of(save).SavesMask;
        return saved == Mask.None ? null : Only(save.ContainingType, (method, contract) =>
            (contract.RestoresMask & saved) == saved && method.Parameters.Length == 1 && SymbolEqualityComparer.Default.Equals(method.Parameters[0].Type, save.ReturnType));
    }

    /// <summary>The operation of the same type that masks what this one unmasks, and returns the state before.</summary>
    public IMethodSymbol? SaveFor(IMethodSymbol unmask)
    {
        Mask mask = Changed(contracts.Of(unmask), masked: false);
        return Only(unmask.ContainingType, (method, contract) => method.Parameters.IsEmpty && !method.ReturnsVoid && (contract.SavesMask & mask) == mask && (Changed(contract, masked: true) & mask) == mask);
    }

    /// <summary>What a contract masks or unmasks, whatever the state before.</summary>
    public static Mask Changed(OperationContract contract, bool masked) =>
        contract.SetsMask.Where(change => change.Masked == masked).Aggregate(Mask.None, (all, change) => all | change.Mask);

    /// <summary>The variable that is declared to hold what this call returns, where nothing else is put in it.</summary>
    public ILocalSymbol? VariableOf(InvocationExpressionSyntax save) =>
        save.Parent is EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } && model.GetDeclaredSymbol(variable, cancellationToken) is ILocalSymbol local
        && save.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member && !member.DescendantNodes().OfType<AssignmentExpressionSyntax>().Any(assignment => Is(assignment.Left, local))
            ? local
            : null;

    /// <summary>The calls in a node that restore this variable.</summary>
    public IEnumerable<InvocationExpressionSyntax> RestoresOf(ILocalSymbol flags, SyntaxNode within) =>
        within.DescendantNodes().OfType<InvocationExpressionSyntax>().Where(call =>
            Of(call) is { Contract.RestoresMask: not Mask.None } && call.ArgumentList.Arguments.Count == 1 && Is(call.ArgumentList.Arguments[0].Expression, flags));

    /// <summary>The call of another method of the same type, written as this one is.</summary>
    public static InvocationExpressionSyntax Calling(InvocationExpressionSyntax like, IMethodSymbol method, params string[] arguments)
    {
        SimpleNameSyntax name = like.CalledName()!;
        return like.ReplaceNode(name, name.WithIdentifier(SyntaxFactory.Identifier(method.Name).WithTriviaFrom(name.Identifier)))
            .WithArgumentList(SyntaxFactory.ArgumentList(SyntaxFactory.SeparatedList(arguments.Select(argument => SyntaxFactory.Argument(SyntaxFactory.IdentifierName(argument))))).WithTriviaFrom(like.ArgumentList));
    }

    private bool Is(ExpressionSyntax expression, ILocalSymbol local) =>
        expression is IdentifierNameSyntax name && SymbolEqualityComparer.Default.Equals(model.GetSymbolInfo(name, cancellationToken).Symbol, local);

    private IMethodSymbol? Only(INamedTypeSymbol type, System.Func<IMethodSymbol, OperationContract, bool> isMeant)
    {
        List<IMethodSymbol> found = [.. type.GetMembers().OfType<IMethodSymbol>().Where(method =>
            method is { MethodKind: MethodKind.Ordinary, Arity: 0 } && contracts.Of(method) is { Locks.Count: 0, Guard: null } contract && isMeant(method, contract))];
        return found.Count == 1 ? found[0] : null;
    }
}
