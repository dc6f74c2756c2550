using System;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>Kernel threads. Source: Linux <c>kernel/kthread.c</c>, <c>kernel/time/timer.c</c>.</summary>
public static class KernelThread
{
    private static readonly Operation s_run = Operation.Of(typeof(KernelThread), nameof(Run));
    private static readonly Operation s_sleep = Operation.Of(typeof(KernelThread), nameof(Sleep));

    /// <summary><c>kthread_run_on_cpu</c>: a task bound to the CPU, runnable at once.</summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static KernelTask Run(string name, CpuId cpu, [RunsIn(Context.Task)] Action body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return s_run.Begin().Machine.AddTask(name, cpu, body);
    }

    /// <summary><c>msleep</c>: other tasks run on the CPU for at least this long.</summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static void Sleep(long milliseconds)
    {
        IExecution execution = s_sleep.Begin().Machine.Execution;
        execution.Wait(new WaitFor(WaitStyle.Sleep, s_sleep, "msleep", static () => false, Deadline: execution.Now + (milliseconds * 1_000_000)));
    }
}
