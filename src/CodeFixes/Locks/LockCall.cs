using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>A call that takes or releases the lock it is called on, as its contract says.</summary>
/// <param name="Call">The call.</param>
/// <param name="Method">The operation.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="Effect">Its effect on the lock.</param>
internal sealed record LockCall(InvocationExpressionSyntax Call, IMethodSymbol Method, OperationContract Contract, LockEffect Effect)
{
    /// <summary>True when it takes the lock, or tries to.</summary>
    public bool Takes => Effect.Action is LockAction.Acquire or LockAction.TryAcquire;

    /// <summary>The lock as it is written.</summary>
    public string? Lock => (Call.Expression as MemberAccessExpressionSyntax)?.Expression.ToString();

    /// <summary>Its flavour.</summary>
    public Flavour Flavour => LockMembers.FlavourOf(Contract, Effect);

    /// <summary>The call as a lock operation; null when it is none.</summary>
    public static LockCall? Of(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method && new ContractReader().Of(ContractReader.Definition(method)) is var contract
        && contract.Locks.FirstOrDefault(LockMembers.IsOwn) is { } effect
            ? new LockCall(call, method, contract, effect)
            : null;

    /// <summary>The lock operations of a member on this lock, written in the same way.</summary>
    public IEnumerable<LockCall> OthersOn(SyntaxNode member, SemanticModel model, CancellationToken cancellationToken) =>
        from call in member.DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call != Call && call.Expression is MemberAccessExpressionSyntax access && access.Expression.ToString() == Lock
        let other = Of(call, model, cancellationToken)
        where other is not null
        select other;

    /// <summary>The operation that takes the same in the same flavour, and gives a guard; null when there is none.</summary>
    public IMethodSymbol? AsGuard => LockMembers.Find(Method.ContainingType, LockAction.Acquire, Effect.Mode, isGuard: true, Flavour);

    /// <summary>The operation of the lock's type that does the same in another flavour; null when there is none, or more than one.</summary>
    public IMethodSymbol? In(Flavour flavour) => LockMembers.Find(Method.ContainingType, Effect.Action, Effect.Mode, Contract.Guard is not null, flavour);

    /// <summary>The operation that releases what this one takes, in a flavour.</summary>
    public IMethodSymbol? ReleaseIn(Flavour flavour) =>
        LockMembers.Find(Method.ContainingType, LockAction.Release, Effect.Mode, isGuard: false, flavour)
        ?? (Effect.Mode == LockMode.SharedRecursive ? LockMembers.Find(Method.ContainingType, LockAction.Release, LockMode.Shared, isGuard: false, flavour) : null);

    /// <summary>The operation that this one is an inner step of.</summary>
    public IMethodSymbol? Whole => Contract.PartOf is { } name
        ? LockMembers.Of(Method.ContainingType).FirstOrDefault(member => member.Name == name && member.Parameters.Length == Method.Parameters.Length && SymbolEqualityComparer.Default.Equals(member.ReturnType, Method.ReturnType))
        : null;
}
