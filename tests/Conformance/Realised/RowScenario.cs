using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using IrqSafety.Contracts;
using IrqSafety.Runtime;
using IrqSafety.Simulator;

namespace IrqSafety.Conformance.Tests.Realised;

/// <summary>
/// A row as a program: each block of a task on a CPU of its own, and each handler's block behind an interrupt that may arrive once on every CPU, one of
/// which has no task. A softirq runs on the exit of its interrupt, where softirqs are on.
/// </summary>
internal sealed class RowScenario(IReadOnlyList<RowBlock> blocks) : IScenario
{
    private readonly ScriptExecution _script = new();

    public void Build(MachineBuilder b)
    {
        RowBlock[] tasks = [.. blocks.Where(block => block.Context is null)];
        RowBlock[] handlers = [.. blocks.Where(block => block.Context is not null)];
        int cpus = tasks.Length + (handlers.Length > 0 ? 1 : 0);
        _ = b.Cpus(cpus).Switches(Math.Max(1, cpus - 1));
        for (int number = 0; number < tasks.Length; number++)
        {
            RowBlock task = tasks[number];
            _ = b.Task(number, $"block {number + 1}", () => Run(task));
        }

        for (int number = 0; number < handlers.Length; number++)
        {
            Connect(b, IntId.Ppi(number), handlers[number], cpus);
        }
    }

    private void Connect(MachineBuilder b, IntId line, RowBlock handler, int cpus)
    {
        _ = b.Boot(() =>
        {
            _ = Irq.RequestPercpuIrq(line, _ => Handle(handler), $"{line}");
            _ = CpuHotplug.SetupState($"{line}:starting", _ => Irq.EnablePercpuIrq(line), _ => Irq.DisablePercpuIrq(line));
        });
        for (int cpu = 0; cpu < cpus; cpu++)
        {
            _ = b.Source($"{line} on CPU{cpu}", line, cpu);
        }
    }

    private IrqReturn Handle(RowBlock handler)
    {
        bool softIrqsOff = Machine.Current.Cpus[KernelTask.Current.Cpu.Value].State.PreemptCount.SoftIrq > 0;
        if (handler.Context == "hardirq" || !softIrqsOff)
        {
            Run(handler);
        }

        return IrqReturn.Handled;
    }

    private void Run(RowBlock block)
    {
        foreach (JsonElement each in block.Events)
        {
            _script.Execute(new ScriptEvent(each));
        }
    }
}
