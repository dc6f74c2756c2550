using System.Collections.Generic;
using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

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

/// <summary>The operations of a type of lock, told apart by their contracts.</summary>
internal static class LockMembers
{
    private const string Self = "this";

    /// <summary>The one operation that does this to the lock it is called on; null when there is none, or more than one.</summary>
    public static IMethodSymbol? Find(INamedTypeSymbol type, LockAction action, LockMode mode, bool isGuard, Flavour flavour)
    {
        var contracts = new ContractReader();
        List<IMethodSymbol> found = [.. Of(type).Where(member =>
            contracts.Of(member) is var contract
            && contract.Locks.FirstOrDefault(IsOwn) is { } effect
            && effect.Action == action
            && effect.Mode == mode
            && effect.Subclass is null && effect.Nest is null && effect.When is null && contract.PartOf is null
            && contract.Guard is not null == isGuard
            && FlavourOf(contract, effect) == flavour)];
        return found.Count == 1 ? found[0] : null;
    }

    /// <summary>True for an effect on the lock that the operation is called on.</summary>
    public static bool IsOwn(LockEffect effect) => effect.Lock == Self && effect.Action is LockAction.Acquire or LockAction.TryAcquire or LockAction.Release;

    /// <summary>The flavour of an operation that has this effect.</summary>
    public static Flavour FlavourOf(OperationContract contract, LockEffect effect)
    {
        bool takes = effect.Action != LockAction.Release;
        Mask saved = takes ? contract.SavesMask | (contract.Guard?.Restores ?? Mask.None) : contract.RestoresMask;
        Mask set = contract.SetsMask.Where(change => change.Masked == takes).Aggregate(Mask.None, (all, change) => all | change.Mask);
        return (saved & Mask.Irq) != 0 ? Flavour.IrqSave
            : (set & Mask.Irq) != 0 ? Flavour.Irq
            : (set & Mask.SoftIrq) != 0 ? Flavour.Bh
            : Flavour.Plain;
    }

    /// <summary>The public methods of the type and of those it derives from.</summary>
    public static IEnumerable<IMethodSymbol> Of(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? current = type; current is not null; current = current.BaseType)
        {
            foreach (IMethodSymbol method in current.GetMembers().OfType<IMethodSymbol>().Where(method => method.MethodKind == MethodKind.Ordinary && method.DeclaredAccessibility == Accessibility.Public))
            {
                yield return method;
            }
        }
    }
}
