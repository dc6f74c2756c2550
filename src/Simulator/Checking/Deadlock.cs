using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>Waits that nothing can end, and why: who waits for what, who holds it, and why the holder cannot go on.</summary>
internal static class Deadlock
{
    /// <summary>True when the task waits without a deadline for something that is not there. Idling is not waiting.</summary>
    public static bool IsStuck(SimTask task) =>
        !task.Finished
        && task.Parked is null
        && task.Pending is { TimedOut: false, For: { Deadline: null, Style: WaitStyle.Spin or WaitStyle.Sleep } wait }
        && !wait.Ready();

    /// <summary>The deadlock of an execution that has come to rest, or null.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="takenAt">Where a task took a lock that it holds.</param>
    public static HarmRecord? Find(IReadOnlyList<SimTask> tasks, Func<SimTask, KernelLock, StepOrigin?> takenAt)
    {
        List<SimTask> stuck = [.. tasks.Where(IsStuck)];
        if (stuck.Count == 0)
        {
            return null;
        }

        var detail = new List<string>();
        var chain = new List<StepOrigin>();
        var explained = new HashSet<SimTask>();
        foreach (SimTask task in stuck)
        {
            Explain(task, tasks, takenAt, detail, chain, explained);
        }

        SimTask first = stuck[0];
        PendingWait wait = first.Pending!;
        string others = stuck.Count > 1 ? $", and {stuck.Count - 1} more" : "";
        return new HarmRecord(
            Harms.Deadlock,
            $"Deadlock: '{first.Name}' waits for {wait.For.On} in {wait.For.Operation.Name} for ever{others}.",
            detail,
            chain);
    }

    private static void Explain(SimTask task, IReadOnlyList<SimTask> tasks, Func<SimTask, KernelLock, StepOrigin?> takenAt, List<string> detail, List<StepOrigin> chain, HashSet<SimTask> explained)
    {
        if (!explained.Add(task) || task.Pending is not { } pending)
        {
            return;
        }

        chain.Add(pending.Origin);
        chain.AddRange(task.Top?.Causes ?? []);
        KernelTask? owner = pending.For.Owner?.Invoke();
        string place = task.Top is { } handler ? $", in {handler} on top of it," : "";
        detail.Add($"{task.Kernel.Cpu}: '{task.Name}'{place} waits for {pending.For.On} in {pending.For.Operation.Name}{(owner is null ? "" : $", held by '{owner.Name}'")}");
        if (owner is null)
        {
            return;
        }

        SimTask? holder = tasks.FirstOrDefault(candidate => candidate.Kernel == owner);
        if (holder is null)
        {
            return;
        }

        detail.Add($"{owner.Cpu}: '{owner.Name}' cannot release it: {WhyNot(holder, task)}");
        if (holder.Finished && pending.For.On is KernelLock left && takenAt(holder, left) is { } taken)
        {
            // Whoever took it and ended is to blame, not who waits.
            chain.Add(taken);
        }

        if (holder.Parked is not null)
        {
            if (holder.ParkedAt is { } parked)
            {
                chain.Add(parked);
            }

            chain.AddRange(holder.Top?.Causes ?? []);
        }

        Explain(holder, tasks, takenAt, detail, chain, explained);
    }

    private static string WhyNot(SimTask holder, SimTask waiter)
    {
        if (holder.Parked is { } why)
        {
            string by = holder.Top is { Cause: { } cause } top ? $" by {top}, raised by '{cause.Task}' in {cause.Operation.Name}" : holder.Top is { } outside ? $" by {outside}" : "";
            return $"its CPU was stopped{by} ({why})";
        }

        if (holder == waiter)
        {
            return holder.Top is { } handler
                ? $"{handler.Context.Describe()} interrupted it and waits on its stack"
                : "it is the one that waits";
        }

        if (holder.Pending is { } pending)
        {
            return $"it waits itself, in {pending.For.Operation.Name}";
        }

        return holder.Finished ? "it has ended" : "it does not get a CPU";
    }
}
