using System;
using System.Collections.Generic;
using System.Globalization;
using System.Threading;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Decides, by the strategy, which CPU goes on and which of its tasks runs there, and hands the turn from thread to thread. Exactly one
/// thread of the execution has the turn.
/// </summary>
internal sealed class Scheduler(SimulatedExecution execution, TaskThread.Pool pool)
{
    // What a turn of a polling loop takes.
    private const long PollNanoseconds = 1000;
    private static readonly TimeSpan UnwindLimit = TimeSpan.FromSeconds(2);
    private readonly SemaphoreSlim _ended = new(0);
    private readonly SemaphoreSlim _unwound = new(0);

    // Of the executions before.
    private readonly Stack<SimTask> _spare = new();
    private SimTask? _last;
    private TaskThread? _caller;
    private int _adopted;

    /// <summary>An execution begins, on the same machine. No thread of the last one is left.</summary>
    public void MakeNew(int switches)
    {
        for (int number = Tasks.Count - 1; number >= 0; number--)
        {
            Tasks[number].MakeNew();
            _spare.Push(Tasks[number]);
        }

        Tasks.Clear();
        foreach (SimCpu cpu in Cpus)
        {
            cpu.MakeNew();
        }

        (_last, _caller, _adopted) = (null, null, 0);
        (Now, SwitchesLeft, LeftThreadBehind, Over) = (0, switches, false, false);
    }

    /// <summary>The CPUs.</summary>
    public SimCpu[] Cpus { get; private set; } = [];

    /// <summary>Every task that was ever on a CPU, idle tasks included.</summary>
    public List<SimTask> Tasks { get; } = [];

    /// <summary>The CPU that a source interrupts now.</summary>
    public SimCpu CpuOf(SimSource source) => Cpus[source.CpuOn(execution.Machine)];

    /// <summary>Virtual time in nanoseconds.</summary>
    public long Now { get; private set; }

    /// <summary>Preemptive switches that may still happen.</summary>
    public int SwitchesLeft { get; set; }

    /// <summary>Some thread did not come back from the program: it is left behind.</summary>
    public bool LeftThreadBehind { get; private set; }

    /// <summary>The execution is over, or being unwound.</summary>
    public bool Over { get; private set; }

    /// <summary>Prepares the CPUs of the machine.</summary>
    public void Attach(Machine machine)
    {
        Cpus = new SimCpu[machine.Cpus.Count];
        for (int number = 0; number < Cpus.Length; number++)
        {
            Cpus[number] = new SimCpu(machine.Cpus[number]);
        }
    }

    /// <summary>Runs everything that can run. False when no point was reached for too long: the program loops outside the model.</summary>
    public bool Run(Func<long> progress, TimeSpan patience)
    {
        Adopt();
        SimCpu first = Cpus[0];
        Enter(first, PickTask(first));
        long last = -1;
        while (!_ended.Wait(patience))
        {
            long now = progress();
            if (now == last)
            {
                LeftThreadBehind = true;
                if (Over)
                {
                    // The execution is complete; only its last stack does not come back.
                    break;
                }

                Over = true;
                return false;
            }

            last = now;
        }

        Unwind();
        return true;
    }

    /// <summary>
    /// The same, with the caller's own stack lent to the program: without it, every execution costs two hand-offs more. Does not return when the program does
    /// not give the stack back.
    /// </summary>
    public void RunHere(TaskThread caller)
    {
        _caller = caller;
        caller.BeginServing();
        pool.Return(caller);
        Adopt();
        SimCpu first = Cpus[0];
        Enter(first, PickTask(first));
        caller.Serve();
        pool.Remove(caller);
        Unwind();
    }

    /// <summary>After <see cref="RunHere"/> did not return: the execution is ended for those who did not keep its thread. False when it was under way.</summary>
    public bool Lose()
    {
        bool wasOver = Over;
        LeftThreadBehind = true;
        Over = true;
        if (wasOver)
        {
            Unwind();
        }

        return wasOver;
    }

    /// <summary>Before a step: goes to another CPU at the price of a preemptive switch.</summary>
    public void Preempt(SimTask self, SimCpu to)
    {
        SwitchesLeft--;
        GoTo(self, to);
    }

    /// <summary>The CPU runs another of its tasks; the caller's stays runnable.</summary>
    public void Reschedule(SimTask self, SimCpu cpu, SimTask next)
    {
        Enter(cpu, next);
        Pause(self);
    }

    /// <summary>The task cannot go on, or has left its CPU: somebody else goes on, time passes, or the execution ends.</summary>
    public void GiveUp(SimTask self, string operation)
    {
        SimCpu? next = execution.Decisions.NextCpu(self, operation);
        if (next is null)
        {
            execution.ComeToRest(self);
            EndOn(self);
            return;
        }

        GoTo(self, next);
    }

    /// <summary>The task leaves its CPU, which idles until it is given another.</summary>
    public static void Vacate(SimCpu cpu)
    {
        cpu.Current = null;
        if (!cpu.Model.Current.IsIdle)
        {
            cpu.Model.SwitchTo(cpu.Model.Idle);
        }
    }

    /// <summary>Ends the execution from within the program: the caller's stack is unwound first.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void EndHere(SimTask self)
    {
        EndOnStackOf(self);
        execution.Aborting.Throw(self);
    }

    private void EndOn(SimTask self)
    {
        EndOnStackOf(self);
        Abort(self);
    }

    // The execution is over when the last that is on this stack has come back: whoever it ends on, those below it are unwound after it.
    private void EndOnStackOf(SimTask task)
    {
        Over = true;
        _last = task.Lowest;
    }

    // The idle task returns by itself from its wait; a program has to be thrown out of.
    private void Abort(SimTask self)
    {
        if (!self.Kernel.IsIdle || self.Top is not null || self.Pending is null)
        {
            execution.Aborting.Throw(self);
        }
    }

    /// <summary>Time jumps to the earliest deadline; without one, who polls looks again. False when nobody waits for time.</summary>
    public bool AdvanceTime()
    {
        long? earliest = null;
        foreach (SimTask task in Tasks)
        {
            if (!task.Finished && task.Parked is null && task.Pending is { TimedOut: false, For.Deadline: { } deadline } && (earliest is null || deadline < earliest))
            {
                earliest = deadline;
            }
        }

        if (earliest is not { } time)
        {
            return LetPollsLook();
        }

        Now = Math.Max(Now, time);
        foreach (SimTask task in Tasks)
        {
            if (task.Pending is { } pending && pending.For.Deadline <= Now)
            {
                pending.TimedOut = true;
            }
        }

        return true;
    }

    /// <summary>True when some wait ends by time alone.</summary>
    public bool WaitsForTime()
    {
        foreach (SimTask task in Tasks)
        {
            if (!task.Finished && task.Parked is null && task.Pending is { TimedOut: false } pending && (pending.For.Deadline is not null || pending.For.Style == WaitStyle.Poll))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The deadline of one wait passes.</summary>
    public void PassDeadline(SimTask task)
    {
        if (task.Pending is { } pending)
        {
            Now = Math.Max(Now, pending.For.Deadline ?? Now);
            pending.TimedOut = true;
        }
    }

    /// <summary>True when the CPU has something to do without anything arriving from outside.</summary>
    public bool CanGo(SimCpu cpu)
    {
        if (cpu.Stopped || cpu.IsHeldByStop || (cpu.GivesWay && cpu.Model.InterruptSignalled && OthersCanGo(cpu)))
        {
            return false;
        }

        // The hotplug thread that turned the CPU off still comes to its end.
        if (cpu.Model.Phase is CpuPhase.Offline)
        {
            return cpu.Current is { Started: true, Kernel.IsIdle: false } last && last.CanGoOn;
        }

        return cpu.Current is { } current
            ? current.CanGoOn || cpu.Model.InterruptSignalled || (current.Kernel.IsIdle && cpu.HasRunnable(current))
            : cpu.Model.InterruptSignalled || cpu.HasRunnable(null);
    }

    /// <summary>True when another CPU has something to do that does not itself give way.</summary>
    public bool OthersCanGo(SimCpu cpu)
    {
        foreach (SimCpu other in Cpus)
        {
            if (other != cpu && !other.GivesWay && CanGo(other))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Finds tasks that the program created since the last look.</summary>
    public void Adopt()
    {
        IReadOnlyList<KernelTask> known = execution.Machine.Tasks;
        while (_adopted < known.Count)
        {
            KernelTask kernel = known[_adopted++];
            Cpus[kernel.Cpu.Value].Tasks.Add(NewTask(kernel, Unique(kernel.Name)));
        }
    }

    private bool LetPollsLook()
    {
        bool any = false;
        foreach (SimTask task in Tasks)
        {
            if (!task.Finished && task.Parked is null && task.Pending is { For.Style: WaitStyle.Poll } pending)
            {
                pending.TimedOut = true;
                any = true;
            }
        }

        Now += any ? PollNanoseconds : 0;
        return any;
    }

    private void GoTo(SimTask self, SimCpu cpu)
    {
        SimTask next = cpu.Current ?? PickTask(cpu);
        if (next.Kernel.IsIdle && next.Pending is not null && cpu.HasRunnable(next) && !cpu.Model.InterruptSignalled)
        {
            next = PickTask(cpu);
        }

        if (next == self)
        {
            Bind(cpu, self);
            return;
        }

        // Whoever goes on may end the execution, and the task be another's in the next.
        bool isFinished = self.Finished;
        if (self.WaitsForEndOf(next) && !next.Started)
        {
            RunOnTop(self, cpu, next);
        }
        else
        {
            Enter(cpu, next);
        }

        if (!isFinished)
        {
            Pause(self);
        }
    }

    // Who waits for nothing but the end of a task does not need its stack before that: the task runs on top of it, and no thread has to be woken.
    private void RunOnTop(SimTask host, SimCpu cpu, SimTask task)
    {
        Bind(cpu, task);
        (task.Started, task.Host, task.Thread) = (true, host, host.Thread);
        Execute(task);
    }

    private SimTask PickTask(SimCpu cpu)
    {
        SimTask? only = null;
        bool several = false;
        foreach (SimTask task in cpu.Tasks)
        {
            if (task.WantsCpu)
            {
                several |= only is not null;
                only ??= task;
            }
        }

        if (several)
        {
            only = execution.Decisions.NextTask(cpu);
        }

        return only ?? IdleOf(cpu);
    }

    // The kernel makes a thread of one name again and again (cpuhp/1).
    private string Unique(string name)
    {
        int same = 0;
        foreach (SimTask task in Tasks)
        {
            same += task.Kernel.Name == name ? 1 : 0;
        }

        return same == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"{name}#{same + 1}");
    }

    private SimTask IdleOf(SimCpu cpu) => cpu.Idle ??= NewTask(cpu.Model.Idle, cpu.Model.Idle.Name);

    private SimTask NewTask(KernelTask kernel, string name)
    {
        SimTask task = _spare.TryPop(out SimTask? spare) ? spare : new SimTask();
        task.Begin(kernel, name, Tasks.Count);
        Tasks.Add(task);
        return task;
    }

    private void Enter(SimCpu cpu, SimTask task)
    {
        Bind(cpu, task);
        if (!task.Started)
        {
            task.Started = true;
            task.Thread = pool.Lease();
            task.Thread.Assign(this, task);
        }

        task.Thread!.Resume();
    }

    private static void Bind(SimCpu cpu, SimTask task)
    {
        cpu.Current = task;
        if (cpu.Model.Current != task.Kernel)
        {
            cpu.Model.SwitchTo(task.Kernel);
        }
    }

    private void Pause(SimTask self)
    {
        self.Thread!.Pause();
        execution.GoesOn(self);
        if (Over)
        {
            Abort(self);
        }
    }

    /// <summary>Runs a task on the calling thread, and then hands the turn on.</summary>
    [StackBoundary]
    public void Execute(SimTask task)
    {
        execution.SetCurrent(task);
        execution.Trace?.Starts(task);
        try
        {
            task.Kernel.Run();
        }
        catch (ExecutionAborted)
        {
        }
        catch (Exception exception) when (!Over)
        {
            execution.Checker.Escaped(task, exception);
            execution.Trace?.EndsAbruptly(task);
            EndOnStackOf(task);
        }
        catch (Exception) when (Over)
        {
            // The program turned the abort into an exception of its own.
        }

        task.Finished = true;
        TaskThread thread = task.Thread!;
        if (Over)
        {
            Leave(task);
            Returned(task, thread);
            return;
        }

        execution.Checker.Ended(task);
        execution.Recorder?.End(task);
        execution.Trace?.Commit();
        Leave(task);
        Vacate(Cpus[task.Kernel.Cpu.Value]);
        SimCpu? next = execution.Decisions.NextCpu(task, "end of task");
        if (next is null)
        {
            execution.ComeToRest(task);
            EndOnStackOf(task);
            Returned(task, thread);
            return;
        }

        GoTo(task, next);
    }

    /// <summary>The program does not let go of this thread: it is left behind, and blocks here for ever.</summary>
    [System.Diagnostics.CodeAnalysis.DoesNotReturn]
    public void Abandon(SimTask task)
    {
        LeftThreadBehind = true;
        Returned(task.Lowest, task.Thread!);
        Thread.Sleep(Timeout.Infinite);
        throw new System.Diagnostics.UnreachableException();
    }

    // The stack of a task of an execution that is over is free again.
    private void Returned(SimTask task, TaskThread thread)
    {
        if (task.Host is not null)
        {
            // Below it is the stack of who waits for it, which is unwound next.
            thread.Resume();
            return;
        }

        if (thread == _caller)
        {
            thread.EndServing();
            return;
        }

        if (task != _last)
        {
            _ = _unwound.Release();
        }
        else if (_caller is { } caller)
        {
            caller.Resume();
        }
        else
        {
            _ = _ended.Release();
        }
    }

    private void Leave(SimTask task)
    {
        execution.SetCurrent(null);
        if (task.Host is { } host)
        {
            SimulatedExecution.SetOnThread(host);
        }
        else
        {
            pool.Return(task.Thread!);
        }
    }

    private void Unwind()
    {
        for (int number = 0; number < Tasks.Count; number++)
        {
            SimTask task = Tasks[number];
            if (!task.Started || task.Finished || task == _last || task.Host is not null || task.Thread == _caller)
            {
                continue;
            }

            task.Thread!.Resume();
            if (!_unwound.Wait(UnwindLimit))
            {
                LeftThreadBehind = true;
            }
        }
    }
}
