using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>A value that comes from outside the program: which one is a choice of the environment. Declared by <see cref="MachineBuilder.Input{T}"/>.</summary>
/// <typeparam name="T">Its type.</typeparam>
public sealed class FreeInput<T>
{
    private readonly string _name;
    private readonly IReadOnlyList<T> _values;
    private int? _chosen;

    internal FreeInput(string name, IReadOnlyList<T> values)
    {
        _name = name;
        _values = values;
    }

    /// <summary>The value in this execution: chosen when it is first read by the program, and the same from then on.</summary>
    public T Value => _values[_chosen ??= Machine.Current.Execution.Choose($"value of {_name}", _values.Count)];

    /// <inheritdoc/>
    public override string ToString() => _name;
}
