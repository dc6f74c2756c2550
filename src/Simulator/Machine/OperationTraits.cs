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

    /// <summary>True when the step may touch the masks of its CPU: by state of the CPU alone, by a lock, or by its contract.</summary>
    public static bool TouchesMasks(in Step step) => step.Location is null or KernelLock || ChangesMask(step.Operation);

    /// <summary>True when the step touches the interrupt controller: what is pending, or what decides whether, where and as what that is signalled.</summary>
    public static bool TouchesController(in Step step) =>
        step.Location is InterruptState or IrqDescriptor or IrqDescriptors or Gic or Distributor or Its || IsRegister(step.Operation);

    /// <summary>True when the operation accesses a register of the CPU interface or of the CPU's redistributor, which its location does not tell.</summary>
    public static bool IsRegister(Operation operation) => IsInterface(operation) || IsRedistributor(operation);

    /// <summary>A register of the CPU interface.</summary>
    public static bool IsInterface(Operation operation) => operation.Declaring == typeof(Icc) || operation.Declaring == typeof(Gicc);

    /// <summary>A register of the CPU's redistributor.</summary>
    public static bool IsRedistributor(Operation operation) => operation.Declaring == typeof(Gicr);

    private static bool ReadsAsMask(OperationContract contract) =>
        contract.SetsMask.Count > 0
        || contract.SavesMask != Mask.None
        || contract.RestoresMask != Mask.None
        || contract.Guard is { Restores: not Mask.None } or { Unmasks: not Mask.None }
        || contract.Disposes
        || contract.Parks;
}
