using System;
using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>What a CPU-PM notifier is told.</summary>
public enum CpuPmEvent
{
    /// <summary><c>CPU_PM_ENTER</c>: the CPU is about to lose state. May be refused.</summary>
    Enter,

    /// <summary><c>CPU_PM_ENTER_FAILED</c>: somebody refused; nothing was lost.</summary>
    EnterFailed,

    /// <summary><c>CPU_PM_EXIT</c>: the CPU is back; its state is lost where the notifier's device loses it.</summary>
    Exit,
}

/// <summary>The CPU-PM notifiers of a machine, in the order they were registered.</summary>
public sealed class CpuPmNotifiers
{
    internal List<Func<CpuPmEvent, Errno>> Chain { get; } = [];

    /// <inheritdoc/>
    public override string ToString() => "CPU-PM notifiers";
}

/// <summary>
/// Notifiers around a low-power state of one CPU, which run on it with interrupts masked. Source: Linux <c>kernel/cpu_pm.c</c>,
/// <c>include/linux/cpu_pm.h</c>.
/// </summary>
/// <remarks>A fault that a scenario may declare: <c>cpu_pm_enter</c>, by which some driver refuses, at any place in the chain.</remarks>
public static class CpuPm
{
    private static readonly Operation s_registerNotifier = Operation.Of(typeof(CpuPm), nameof(RegisterNotifier));
    private static readonly Operation s_enter = Operation.Of(typeof(CpuPm), nameof(Enter));
    private static readonly Operation s_exit = Operation.Of(typeof(CpuPm), nameof(Exit));

    /// <summary><c>cpu_pm_register_notifier</c>. What the notifier returns counts for <see cref="CpuPmEvent.Enter"/> only.</summary>
    [LegalIn(Context.Task)]
    public static void RegisterNotifier([RunsIn(Context.Task, Within = Section.CpuPm), RunsOnEachCpu] Func<CpuPmEvent, Errno> notifier)
    {
        ArgumentNullException.ThrowIfNull(notifier);
        CpuPmNotifiers notifiers = Machine.Current.CpuPm;
        s_registerNotifier.Begin(notifiers);
        notifiers.Chain.Add(notifier);
    }

    /// <summary><c>cpu_pm_enter</c>: tells every notifier. When one refuses, those told before are told that it failed.</summary>
    /// <returns>What the one that refused returned.</returns>
    [LegalIn(Context.Task)]
    [RequiresMasked(Mask.Irq)]
    public static Errno Enter()
    {
        CpuPmNotifiers notifiers = Machine.Current.CpuPm;
        Cpu cpu = s_enter.Begin(notifiers, Access.Read);
        List<Func<CpuPmEvent, Errno>> chain = notifiers.Chain;
        for (int index = 0; index <= chain.Count; index++)
        {
            Errno result = cpu.Machine.Faults.Happens(cpu.Machine.Execution, "cpu_pm_enter") ? Errno.EPERM
                : index < chain.Count ? Tell(cpu, chain[index], CpuPmEvent.Enter)
                : Errno.Ok;
            if (result == Errno.Ok)
            {
                continue;
            }

            for (int told = 0; told < index; told++)
            {
                _ = Tell(cpu, chain[told], CpuPmEvent.EnterFailed);
            }

            return result;
        }

        return Errno.Ok;
    }

    /// <summary><c>cpu_pm_exit</c>: tells every notifier that the CPU is back.</summary>
    [LegalIn(Context.Task)]
    [RequiresMasked(Mask.Irq)]
    public static void Exit()
    {
        CpuPmNotifiers notifiers = Machine.Current.CpuPm;
        Cpu cpu = s_exit.Begin(notifiers, Access.Read);
        foreach (Func<CpuPmEvent, Errno> notifier in notifiers.Chain)
        {
            _ = Tell(cpu, notifier, CpuPmEvent.Exit);
        }
    }

    private static Errno Tell(Cpu cpu, Func<CpuPmEvent, Errno> notifier, CpuPmEvent what)
    {
        TaskContext state = cpu.State;
        Section before = state.Sections;
        state.Sections |= Section.CpuPm;
        Errno result = notifier(what);
        state.Sections = before;
        return result;
    }
}
