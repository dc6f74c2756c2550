using System.Collections.Concurrent;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>What the contracts of operations say that matters for reductions, looked up once for each.</summary>
internal static class OperationTraits
{
    private static readonly ConcurrentDictionary<Operation, bool> Known = new();

    /// <summary>True when the operation may change what this CPU's masks hold off, so that an interrupt must be tried before it.</summary>
    public static bool ChangesMask(Operation operation) => Known.GetOrAdd(operation, static operation => ReadsAsMask(operation.Contract));

    private static bool ReadsAsMask(OperationContract contract) =>
        contract.SetsMask.Count > 0
        || contract.SavesMask != Mask.None
        || contract.RestoresMask != Mask.None
        || contract.Guard is { Restores: not Mask.None } or { Unmasks: not Mask.None }
        || contract.Disposes
        || contract.Parks;
}
