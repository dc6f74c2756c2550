using System;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>
/// A model operation: a method of this library whose contract is checked when it runs. Each is compiled once, from the attributes the
/// analyzer reads, and kept in a static field; nothing reflects per call.
/// </summary>
public sealed partial class Operation
{
    private Operation(string name, OperationContract contract)
    {
        Name = name;
        Contract = contract;
    }

    /// <summary>The operation as a person names it, for example <c>RawSpinLock.Acquire</c>.</summary>
    public string Name { get; }

    /// <summary>Its contract.</summary>
    public OperationContract Contract { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
