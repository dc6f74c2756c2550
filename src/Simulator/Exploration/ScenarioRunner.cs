using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Executes a scenario once, from building it to unwinding the last stack. One runner keeps its threads over many executions.</summary>
internal sealed class ScenarioRunner(ScenarioType scenario, MachineProfile? profile)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly TaskThread.Pool _threads = new();

    /// <summary>Who touches what, as far as the executions so far have shown.</summary>
    public SharedLocations Locations { get; } = new();

    /// <summary>Executes under this strategy.</summary>
    public ExecutionResult Run(IStrategy strategy, ExecutionOptions options, Action<StepOrigin>? onStep = null)
    {
        MachineBuilder builder = scenario.Build();
        var execution = new SimulatedExecution(builder, profile ?? builder.DeclaredProfile, strategy, Locations, _threads, options) { OnStep = onStep };
        foreach (FaultDeclaration fault in builder.Faults)
        {
            execution.Machine.Faults.Declare(fault.Call, fault.Count);
        }

        _ = execution.Machine.AddTask("boot", new CpuId(0), () => BootSequence.Run(execution, builder));
        bool ended = execution.Scheduler.Run(() => execution.Steps, Patience);
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
            Steps = execution.Steps,
            CutByBound = execution.Decisions.CutByBound,
            ChoseOutcomes = execution.Decisions.ChoseOutcomes,
            LeftThreadBehind = execution.Scheduler.LeftThreadBehind,
            IsPruned = execution.IsPruned,
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
        foreach (Action<Machine> step in builder.BootSteps)
        {
            step(machine);
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
