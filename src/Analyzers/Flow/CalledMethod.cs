using System.Linq;
using IrqSafety.Analyzers.Contracts;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using Microsoft.CodeAnalysis;

namespace IrqSafety.Analyzers.Flow;

/// <summary>What a call of a method does by its contract, worked out once for all calls of it in a compilation.</summary>
/// <param name="definition">The method as declared.</param>
/// <param name="contract">Its contract.</param>
internal sealed class CalledMethod(IMethodSymbol definition, OperationContract contract)
{
    private const Mask InterruptMasks = Mask.Irq | Mask.Daif;

    /// <summary>The method as declared.</summary>
    public IMethodSymbol Definition => definition;

    /// <summary>Its contract.</summary>
    public OperationContract Contract => contract;

    /// <summary>True when the contract says anything at all.</summary>
    public bool IsContracted { get; } = ContractReader.SaysSomething(contract);

    /// <summary>True when it says what a call does to locks, so that the body need not be asked.</summary>
    public bool SpeaksOfLocks { get; } = ContractReader.SpeaksOfLocks(contract);

    /// <summary>True when it says what a call does to masks, so that the body need not be asked.</summary>
    public bool SpeaksOfMasks { get; } = ContractReader.SpeaksOfMasks(contract);

    /// <summary>True when a call does not return.</summary>
    public bool NeverReturns { get; } = contract.Parks || definition.GetAttributes().Any(static attribute => attribute.AttributeClass is { Name: "DoesNotReturnAttribute", ContainingNamespace.Name: "CodeAnalysis" });

    /// <summary>True when nothing that it is given is given back changed.</summary>
    public bool TakesValues { get; } = definition.Parameters.All(static parameter => parameter.RefKind is RefKind.None or RefKind.In);

    /// <summary>True when it changes neither locks, masks nor protocols, and nothing it is given.</summary>
    public bool IsPure => TakesValues && !HasEffects;

    /// <summary>The attempt on a lock that it makes; null when it makes none.</summary>
    public LockEffect? Tries { get; } = contract.Locks.FirstOrDefault(static effect => effect.Action == LockAction.TryAcquire);

    /// <summary>True when it masks what it saves. What a lock operation saves is judged with the lock.</summary>
    public bool MasksAndSaves { get; } = contract.Locks.Count == 0 && contract.Guard is null
        && contract.SetsMask.Any(change => change.Masked && (change.Mask & contract.SavesMask & InterruptMasks) != 0);

    private bool HasEffects { get; } = ContractReader.HasEffects(contract);
}
