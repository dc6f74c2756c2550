using System;
using System.Diagnostics.CodeAnalysis;

namespace IrqSafety.Runtime;

/// <summary>
/// State of a model object that belongs to one life of one machine. Kernel code keeps locks, counters and work items in static fields; on each machine, and
/// when it is reset, so in each execution, they start afresh.
/// </summary>
/// <typeparam name="TState">The state.</typeparam>
/// <param name="initial">Makes the state a new machine starts with.</param>
internal sealed class PerMachine<TState>(Func<TState> initial)
{
    private long _life;
    private TState _state = initial();

    /// <summary>The state on the machine that this thread executes on; without one, on the machine that used it last.</summary>
    public ref TState Value
    {
        get
        {
            if (KernelTask.CurrentOrNull is { } task)
            {
                return ref On(task.Machine);
            }

            return ref _state;
        }
    }

    /// <summary>The state on a machine.</summary>
    public ref TState On(Machine machine)
    {
        if (machine.Life != _life)
        {
            // The first machine adopts what was made with the object.
            if (_life != 0)
            {
                _state = initial();
            }

            _life = machine.Life;
        }

        return ref _state;
    }
}

/// <summary>The same for a value that needs no making, in the object that it belongs to.</summary>
/// <typeparam name="TValue">The value, immutable or by value.</typeparam>
/// <param name="initial">What it is when a machine starts.</param>
internal struct MachineValue<TValue>(TValue initial)
{
    private readonly TValue _initial = initial;
    private TValue _value = initial;
    private long _life;

    /// <summary>The value on the machine that this thread executes on; without one, on the machine that used it last.</summary>
    [UnscopedRef]
    public ref TValue Value
    {
        get
        {
            if (KernelTask.CurrentOrNull is { } task)
            {
                return ref On(task.Machine);
            }

            return ref _value;
        }
    }

    /// <summary>The value on a machine.</summary>
    [UnscopedRef]
    public ref TValue On(Machine machine)
    {
        if (machine.Life != _life)
        {
            // The first machine adopts what was stored before anybody looked.
            (_value, _life) = (_life == 0 ? _value : _initial, machine.Life);
        }

        return ref _value;
    }
}
