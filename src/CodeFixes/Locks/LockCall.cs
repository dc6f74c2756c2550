using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace IrqSafety.CodeFixes.Locks;

/// <summary>What a lock operation does to masks besides.</summary>
internal enum Flavour
{
    /// <summary>Nothing.</summary>
    Plain,

    /// <summary>Softirqs off and on.</summary>
    Bh,

    /// <summary>Interrupts off and on, whatever the state before.</summary>
    Irq,

    /// <summary>Interrupts off, and back to the state before.</summary>
    IrqSave,
}

/// <summary>A call that takes or releases the lock it is called on, as its contract says.</summary>
/// <param name="Call">The call.</param>
/// <param name="Method">The operation.</param>
/// <param name="Contract">Its contract.</param>
/// <param name="Effect">Its effect on the lock.</param>
internal sealed record LockCall(InvocationExpressionSyntax Call, IMethodSymbol Method, OperationContract Contract, LockEffect Effect)
{
    private const string Self = "this";

    /// <summary>True when it takes the lock, or tries to.</summary>
    public bool Takes => Effect.Action is LockAction.Acquire or LockAction.TryAcquire;

    /// <summary>The lock as it is written.</summary>
    public string? Lock => (Call.Expression as MemberAccessExpressionSyntax)?.Expression.ToString();

    /// <summary>Its flavour.</summary>
    public Flavour Flavour => FlavourOf(Contract, Effect);

    /// <summary>The call as a lock operation; null when it is none.</summary>
    public static LockCall? Of(InvocationExpressionSyntax call, SemanticModel model, CancellationToken cancellationToken) =>
        model.GetSymbolInfo(call, cancellationToken).Symbol is IMethodSymbol method && new ContractReader().Of(ContractReader.Definition(method)) is var contract
        && contract.Locks.FirstOrDefault(IsOwn) is { } effect
            ? new LockCall(call, method, contract, effect)
            : null;

    /// <summary>The lock operations of a member on this lock, written in the same way.</summary>
    public IEnumerable<LockCall> OthersOn(SyntaxNode member, SemanticModel model, CancellationToken cancellationToken) =>
        from call in member.DescendantNodes().OfType<InvocationExpressionSyntax>()
        where call != Call && call.Expression is MemberAccessExpressionSyntax access && access.Expression.ToString() == Lock
        let other = Of(call, model, cancellationToken)
        where other is not null
        select other;

    /// <summary>The operation of the lock's type that does the same in another flavour; null when there is none, or more than one.</summary>
    public IMethodSymbol? In(Flavour flavour) => Member(Effect.Action, Contract.Guard is not null, flavour, Method);

    /// <summary>The operation that releases what this one takes, in a flavour.</summary>
    public IMethodSymbol? ReleaseIn(Flavour flavour) => Member(LockAction.Release, isGuard: false, flavour, like: null);

    /// <summary>The operation that this one is an inner step of.</summary>
    public IMethodSymbol? Whole => Contract.PartOf is { } name
        ? MembersOf(Method.ContainingType).FirstOrDefault(member => member.Name == name && member.Parameters.Length == Method.Parameters.Length && SymbolEqualityComparer.Default.Equals(member.ReturnType, Method.ReturnType))
        : null;

    private IMethodSymbol? Member(LockAction action, bool isGuard, Flavour flavour, IMethodSymbol? like)
    {
        var contracts = new ContractReader();
        List<IMethodSymbol> found = [.. MembersOf(Method.ContainingType).Where(member =>
            contracts.Of(member) is var contract
            && contract.Locks.FirstOrDefault(IsOwn) is { } effect
            && effect.Action == action
            && effect.Mode == Effect.Mode
            && effect.Subclass is null && effect.Nest is null && effect.When is null && contract.PartOf is null
            && contract.Guard is not null == isGuard
            && FlavourOf(contract, effect) == flavour
            && (like is null || like.MethodKind == member.MethodKind))];
        return found.Count == 1 ? found[0] : null;
    }

    private static bool IsOwn(LockEffect effect) => effect.Lock == Self && effect.Action is LockAction.Acquire or LockAction.TryAcquire or LockAction.Release;

    private static IEnumerable<IMethodSymbol> MembersOf(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (IMethodSymbol method in current.GetMembers().OfType<IMethodSymbol>().Where(method => method.MethodKind == MethodKind.Ordinary && method.DeclaredAccessibility == Accessibility.Public))
            {
                yield return method;
            }
        }
    }

    private static Flavour FlavourOf(OperationContract contract, LockEffect effect)
    {
        bool takes = effect.Action != LockAction.Release;
        Mask saved = takes ? contract.SavesMask | (contract.Guard?.Restores ?? Mask.None) : contract.RestoresMask;
        Mask set = contract.SetsMask.Where(change => change.Masked == takes).Aggregate(Mask.None, (all, change) => all | change.Mask);
        return (saved & Mask.Irq) != 0 ? Flavour.IrqSave
            : (set & Mask.Irq) != 0 ? Flavour.Irq
            : (set & Mask.SoftIrq) != 0 ? Flavour.Bh
            : Flavour.Plain;
    }
}
