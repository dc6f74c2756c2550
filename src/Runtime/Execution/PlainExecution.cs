using System;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.Linq;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>An operation was executed where its contract forbids it.</summary>
public sealed class ContractBreachException : Exception
{
    /// <summary>For a breach.</summary>
    public ContractBreachException(Breach breach, Operation operation)
        : base($"{operation} in {breach.Where}: it {breach.Because} ({breach.Law})")
    {
        Breach = breach;
        Operation = operation;
    }

    /// <summary>What was broken.</summary>
    public Breach Breach { get; }

    /// <summary>By which operation.</summary>
    public Operation Operation { get; }
}

/// <summary>A BUG(): the model or the program reached a state that must not exist.</summary>
public sealed class MachineBugException(string message) : Exception(message);

/// <summary>A wait that nothing can end.</summary>
public sealed class WaitNeverEndsException(string message) : Exception(message);

/// <summary>
/// Runs a machine in program order on one thread: tasks one after the other, interrupts as soon as they are signalled, those of other CPUs too. No
/// faults. A breach of a contract is an exception.
/// </summary>
public sealed class PlainExecution : IExecution
{
    private const int StormLimit = 1000;
    private const int PollLimit = 10_000;

    private readonly List<MachineEvent> _events = [];
    private int _idlePolls;

    /// <inheritdoc/>
    public long Now { get; private set; }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<MachineEvent> Events => _events;

    /// <summary>What happens is kept in <see cref="Events"/>. Without, a long run costs no memory.</summary>
    public bool KeepsEvents { get; init; } = true;

    /// <summary>Answers choices, for tests of failures; null chooses what happens without faults.</summary>
    public Func<string, int>? Chooser { get; set; }

    /// <summary>Receives breaches instead of the exception.</summary>
    public Action<Breach, Operation>? OnBreach { get; set; }

    /// <summary>Runs <paramref name="body"/> as a task on CPU 0 of a new machine, then what it started.</summary>
    public static PlainExecution Run(MachineProfile profile, int cpus, Action body)
    {
        var execution = new PlainExecution();
        var machine = new Machine(profile, cpus, execution);
        machine.AddTask("main", new CpuId(0), body);
        execution.Run(machine);
        return execution;
    }

    /// <summary>Runs the tasks of a machine, in order, and then the interrupts that are left.</summary>
    public void Run(Machine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        while (RunNextTask(machine))
        {
        }

        while (DeliverAll(machine))
        {
        }
    }

    /// <inheritdoc/>
    public void Point(in Step step)
    {
        KernelTask task = KernelTask.Current;
        ThrowIfParked(task);
        DeliverAll(task.Machine);
        ThrowIfParked(task);
    }

    /// <inheritdoc/>
    public int Choose(string what, int alternatives) => Chooser?.Invoke(what) ?? 0;

    /// <inheritdoc/>
    public bool Wait(WaitFor wait)
    {
        ArgumentNullException.ThrowIfNull(wait);
        KernelTask task = KernelTask.Current;
        Machine machine = task.Machine;
        Cpu cpu = machine.Cpus[task.Cpu.Value];
        if (wait.Style == WaitStyle.Poll)
        {
            Poll(machine, wait);
            ThrowIfParked(task);
            return true;
        }

        bool sleeps = wait.Style == WaitStyle.Sleep && !wait.Ready();
        if (sleeps)
        {
            task.State = TaskState.Sleeping;
            cpu.SwitchTo(cpu.Idle);
        }

        bool ready = WaitUntilReady(machine, wait);
        if (sleeps)
        {
            cpu.SwitchTo(task);
            task.State = task.State == TaskState.Parked ? TaskState.Parked : TaskState.Running;
        }

        ThrowIfParked(task);
        return ready;
    }

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Park(string why, bool interruptible)
    {
        KernelTask.Current.State = TaskState.Parked;
        throw new ParkedException();
    }

    /// <inheritdoc/>
    public void Publish(in MachineEvent happened)
    {
        if (KeepsEvents)
        {
            _events.Add(happened);
        }
    }

    /// <inheritdoc/>
    public void Breach(Breach breach, in Step step)
    {
        if (OnBreach is null)
        {
            throw new ContractBreachException(breach, step.Operation);
        }

        OnBreach(breach, step.Operation);
    }

    /// <inheritdoc/>
    [DoesNotReturn]
    public void Fail(string what) => throw new MachineBugException(what);

    // A poll goes on when something else has moved. Where nothing ever does, it would go on for ever.
    private void Poll(Machine machine, WaitFor wait)
    {
        if (DeliverAll(machine) || RunNextTask(machine))
        {
            _idlePolls = 0;
        }
        else if (++_idlePolls == PollLimit)
        {
            throw new WaitNeverEndsException($"'{KernelTask.Current}' polls in {wait.Operation}: no task or interrupt can change what it looks at");
        }
    }

    private bool WaitUntilReady(Machine machine, WaitFor wait)
    {
        while (!wait.Ready())
        {
            ThrowIfParked(KernelTask.Current);
            if (DeliverAll(machine) || RunNextTask(machine))
            {
                continue;
            }

            if (wait.Deadline is { } deadline)
            {
                Now = Math.Max(Now, deadline);
                return false;
            }

            // WFI may always complete spuriously.
            if (wait.Style == WaitStyle.Idle)
            {
                return true;
            }

            string owner = wait.Owner?.Invoke() is { } task ? $", which '{task}' on {task.Cpu} must end" : "";
            throw new WaitNeverEndsException($"'{KernelTask.Current}' waits in {wait.Operation} for {wait.On}{owner}: no task or interrupt can end the wait");
        }

        return true;
    }

    private static bool DeliverAll(Machine machine)
    {
        bool any = false;
        foreach (Cpu cpu in machine.AllCpus)
        {
            for (int taken = 0; cpu.InterruptSignalled; taken++)
            {
                if (taken == StormLimit)
                {
                    throw new MachineBugException($"interrupt storm on {cpu}: {cpu.Interface.HighestPending} stays pending however often it is handled");
                }

                any = true;
                if (!Deliver(cpu))
                {
                    break;
                }
            }
        }

        return any;
    }

    // False when the CPU parked in the handler.
    private static bool Deliver(Cpu cpu)
    {
        KernelTask task = cpu.Current;
        using KernelTask.TaskBinding binding = KernelTask.Bind(task);
        try
        {
            cpu.TakeInterrupt();
            return true;
        }
        catch (ParkedException) when (task.State == TaskState.Parked)
        {
            return false;
        }
    }

    private static bool RunNextTask(Machine machine)
    {
        KernelTask? task = machine.Tasks.FirstOrDefault(task => task.State == TaskState.Runnable && CanRun(machine.Cpus[task.Cpu.Value]));
        if (task is null)
        {
            return false;
        }

        Cpu cpu = machine.Cpus[task.Cpu.Value];
        KernelTask before = cpu.Current;
        cpu.SwitchTo(task);
        try
        {
            task.Run();
        }
        catch (ParkedException) when (task.State == TaskState.Parked)
        {
            return true;
        }

        cpu.SwitchTo(before);
        return true;
    }

    private static bool CanRun(Cpu cpu) => cpu.Phase is CpuPhase.Online or CpuPhase.Starting && cpu.Current.IsIdle;

    private static void ThrowIfParked(KernelTask task)
    {
        if (task.State == TaskState.Parked)
        {
            throw new ParkedException();
        }
    }

    // Leaves the stack of a CPU that never runs again. Whoever catches it meets it again at the next point.
    [SuppressMessage("Design", "CA1064", Justification = "Nobody outside catches it.")]
    private sealed class ParkedException : Exception;
}
