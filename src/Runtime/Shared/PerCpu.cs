using System;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>One copy of the data for each CPU (<c>DEFINE_PER_CPU</c>). Source: Linux <c>include/linux/percpu-defs.h</c>.</summary>
/// <typeparam name="T">The data, immutable or by value.</typeparam>
[DataCell]
public sealed class PerCpu<T> : IDataCells
{
    private static readonly Operation s_this = Operation.Of(typeof(PerCpu<>), nameof(This));
    private static readonly Operation s_rawThis = Operation.Of(typeof(PerCpu<>), nameof(RawThis));
    private readonly Func<CpuId, T> _initial;
    private readonly string _name;
    private readonly Shared<T>?[] _cells = new Shared<T>?[64];

    /// <summary>Every copy starts with the same value.</summary>
    public PerCpu(T initial, [CallerMemberName] string name = "")
        : this(_ => initial, name)
    {
    }

    /// <summary>Each copy starts with the value of its CPU.</summary>
    public PerCpu(Func<CpuId, T> initial, [CallerMemberName] string name = "")
    {
        ArgumentNullException.ThrowIfNull(initial);
        _initial = initial;
        _name = name;
    }

    /// <summary><c>this_cpu_ptr</c>: this CPU's copy. Needs preemption off: otherwise it may be another CPU's copy by the time it is used.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public Shared<T> This => On(s_this.Begin(access: Access.Read).Id);

    /// <summary><c>raw_cpu_ptr</c>: the copy of the CPU the task is on at this moment.</summary>
    [NmiSafe]
    public Shared<T> RawThis => On(s_rawThis.Begin(access: Access.Read).Id);

    /// <summary><c>per_cpu_ptr</c>: the copy of a CPU.</summary>
    [NmiSafe]
    public Shared<T> On(CpuId cpu) => _cells[cpu.Value] ??= new Shared<T>(_initial(cpu), $"{_name}/{cpu.Value}");

    /// <inheritdoc/>
    IEnumerable<object> IDataCells.Cells => _cells.OfType<object>();

    /// <inheritdoc/>
    public override string ToString() => _name;
}

/// <summary>Several cells that stand in one field.</summary>
public interface IDataCells
{
    /// <summary>Those that there are so far.</summary>
    IEnumerable<object> Cells { get; }
}
