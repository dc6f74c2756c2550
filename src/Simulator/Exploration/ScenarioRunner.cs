using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Executes a scenario once, from building it to unwinding the last stack. One runner keeps its threads over many executions.</summary>
internal sealed class ScenarioRunner(ScenarioType scenario, MachineProfile? profile) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly TaskThread.Pool _threads = new();
    private TaskThread? _lent;
    private SimulatedExecution? _current;

    // What the last execution ran on and was built from, if it left nothing behind.
    private SimulatedExecution? _free;
    private MachineBuilder? _used;
    private long _executions;

    /// <summary>Who touches what, as far as the executions so far have shown.</summary>
    public SharedLocations Locations { get; } = new();

    /// <summary>Grows with every step of every execution.</summary>
    public (long Executions, long Steps) Progress => (Volatile.Read(ref _executions), _current?.Steps ?? 0);

    /// <summary>An execution is under way.</summary>
    public bool IsRunning => _current is not null;

    /// <summary>From now on the calling thread lends its stack to the program. Somebody else has to watch its progress.</summary>
    public void LendStack() => _lent = TaskThread.ForCaller();

    /// <summary>Nothing more is executed: the threads end.</summary>
    public void Dispose() => _threads.Close();

    /// <summary>The execution under way, whose thread the program does not give back. The next ones run on other threads.</summary>
    public ExecutionResult Lose()
    {
        SimulatedExecution lost = _current!;
        (_current, _lent) = (null, null);
        bool ended = lost.Scheduler.Lose();
        return ResultOf(lost, ended);
    }

    /// <summary>Executes under this strategy.</summary>
    public ExecutionResult Run(IStrategy strategy, ExecutionOptions options, Action<StepOrigin>? onStep = null)
    {
        MachineBuilder builder = scenario.Build(_used);
        _used = null;
        SimulatedExecution execution = Engine(profile ?? builder.DeclaredProfile, builder.CpuCount, options.Memory);
        execution.Begin(builder, strategy, options, onStep);
        foreach (FaultDeclaration fault in builder.Faults)
        {
            execution.Machine.Faults.Declare(fault.Call, fault.Count);
        }

        _ = execution.Machine.AddTask("boot", new CpuId(0), execution.Boot);
        _executions++;
        if (_lent is { } lent)
        {
            _current = execution;
            execution.Scheduler.RunHere(lent);
            if (_current != execution)
            {
                // Given up as lost, and another thread goes on: this one comes too late.
                Thread.Sleep(Timeout.Infinite);
            }

            _current = null;
            (_free, _used) = (execution, builder);
            return ResultOf(execution, ended: true);
        }

        bool ended = RunWatched(execution);
        _free = execution;
        _used = execution.Scheduler.LeftThreadBehind ? null : builder;
        return ResultOf(execution, ended);
    }

    private static bool RunWatched(SimulatedExecution execution) => execution.Scheduler.Run(() => execution.Steps, Patience);

    // Taken while it is in use: one whose thread the program keeps is not found here again.
    private SimulatedExecution Engine(MachineProfile machine, int cpus, MemoryModel memory)
    {
        SimulatedExecution? free = _free;
        _free = null;
        return free is not null && free.Fits(machine, cpus, memory) ? free : new SimulatedExecution(machine, cpus, memory, Locations, _threads);
    }

    private static ExecutionResult ResultOf(SimulatedExecution execution, bool ended)
    {
        if (!ended)
        {
            execution.Checker.NoProgress();
        }

        return new ExecutionResult
        {
            Breaches = execution.Checker.Breaches,
            Harm = execution.Checker.Harm,
            Schedule = execution.Decisions.Recorded,
            Events = execution.Recorder?.Events ?? [],
            Accesses = execution.Accesses?.Accesses ?? [],
            Steps = execution.Steps,
            CutByBound = execution.Decisions.CutByBound,
            ChoseOutcomes = execution.Decisions.ChoseOutcomes,
            LeftThreadBehind = execution.Scheduler.LeftThreadBehind,
            IsPruned = execution.IsPruned,
            CutByDepth = execution.CutByDepth,
            IsHanging = !ended,
        };
    }
}

/// <summary>What happens before the tasks of a scenario start.</summary>
internal static class BootSequence
{
    /// <summary>Runs the initcalls on CPU 0, brings the other CPUs up, and lets everything else begin.</summary>
    public static void Run(SimulatedExecution execution, MachineBuilder builder)
    {
        Machine machine = execution.Machine;
        execution.Exploring = builder.BootInterrupts;
        foreach (UnlatchedDeclaration unlatched in builder.Unlatched)
        {
            machine.Unlatched?.Connect(unlatched.Number, unlatched.Handler);
        }

        foreach (Delegate step in builder.BootSteps)
        {
            if (step is Action initcall)
            {
                initcall();
            }
            else
            {
                ((Action<Machine>)step)(machine);
            }
        }

        for (int cpu = 1; cpu < builder.CpuCount && builder.BringsUpSecondaries; cpu++)
        {
            _ = CpuHotplug.BringUp(new CpuId(cpu));
        }

        foreach (HotplugDeclaration hotplug in builder.Hotplugs)
        {
            _ = machine.AddTask($"hotplug/{hotplug.Cpu.Value}", new CpuId(0), () => Cycle(hotplug));
        }

        foreach (TaskDeclaration task in builder.Tasks)
        {
            _ = machine.AddTask(task.Name, task.Cpu, task.Body);
        }

        execution.Exploring = true;
    }

    private static void Cycle(HotplugDeclaration hotplug)
    {
        for (int cycle = 0; cycle < hotplug.Count; cycle++)
        {
            _ = CpuHotplug.TakeDown(hotplug.Cpu);
            if (hotplug.Up)
            {
                _ = CpuHotplug.BringUp(hotplug.Cpu);
            }
        }
    }
}
