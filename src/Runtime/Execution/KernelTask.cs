using System;
using System.Diagnostics.CodeAnalysis;

namespace IrqSafety.Runtime;

/// <summary>What a task is doing. Kept by the execution that runs it.</summary>
public enum TaskState
{
    /// <summary>Could run, and has not started or was preempted.</summary>
    Runnable,

    /// <summary>On its CPU.</summary>
    Running,

    /// <summary>Waiting off its CPU.</summary>
    Sleeping,

    /// <summary>Its body returned.</summary>
    Dead,

    /// <summary>Stopped for ever, with its CPU.</summary>
    Parked,
}

/// <summary>The unit that owns a stack: a thread of the modelled kernel. Exceptions nest on the stack of the task they interrupt.</summary>
public sealed class KernelTask
{
    [ThreadStatic]
    private static KernelTask? s_current;

    internal KernelTask(Machine machine, string name, CpuId cpu, Action body, bool isIdle)
    {
        Machine = machine;
        Name = name;
        Cpu = cpu;
        Body = body;
        IsIdle = isIdle;
        Context = new TaskContext(machine.Profile);
    }

    internal void MakeNew(string name, CpuId cpu, Action body)
    {
        (Name, Cpu, Body) = (name, cpu, body);
        (State, AllocatesNofs) = (TaskState.Runnable, false);
        Context.MakeNew(Machine.Profile);
    }

    /// <summary>The task that this thread executes.</summary>
    /// <exception cref="InvalidOperationException">The thread executes none.</exception>
    public static KernelTask Current => s_current ?? throw new InvalidOperationException(
        "no kernel task runs on this thread: model operations are called from the tasks and handlers of a machine (see PlainExecution.Run, or a [Scenario])");

    /// <summary>The task that this thread executes, or null.</summary>
    public static KernelTask? CurrentOrNull => s_current;

    /// <summary>The machine it belongs to.</summary>
    public Machine Machine { get; }

    /// <summary>Its name.</summary>
    public string Name { get; private set; }

    /// <summary>The CPU it is on. An execution that migrates it sets this while the task is off the CPU.</summary>
    public CpuId Cpu { get; set; }

    /// <summary>What it executes.</summary>
    public Action Body { get; private set; }

    /// <summary>True for the task a CPU runs when it has no other.</summary>
    public bool IsIdle { get; }

    /// <summary>What it is doing.</summary>
    public TaskState State { get; set; }

    /// <summary>Its allocations do not enter the filesystem (<c>PF_MEMALLOC_NOFS</c>).</summary>
    internal bool AllocatesNofs { get; set; }

    /// <summary>Registers and counts that a context switch saves and restores.</summary>
    public TaskContext Context { get; }

    /// <summary>Makes this thread execute <paramref name="task"/> until the result is disposed.</summary>
    public static TaskBinding Bind(KernelTask task) => new(task);

    /// <summary>Executes the body on this thread, from <see cref="TaskState.Running"/> to <see cref="TaskState.Dead"/>.</summary>
    public void Run()
    {
        using TaskBinding binding = Bind(this);
        State = TaskState.Running;
        Body();
        State = TaskState.Dead;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Says which task a thread executes, for as long as it lives.</summary>
    [SuppressMessage("Design", "CA1034", Justification = "It needs the thread's slot and nothing else does.")]
    public readonly ref struct TaskBinding
    {
        private readonly KernelTask? _previous;

        internal TaskBinding(KernelTask task)
        {
            _previous = s_current;
            s_current = task;
        }

        /// <summary>The thread executes what it did before.</summary>
        public void Dispose() => s_current = _previous;
    }
}
