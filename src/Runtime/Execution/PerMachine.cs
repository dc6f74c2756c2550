using System;

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
