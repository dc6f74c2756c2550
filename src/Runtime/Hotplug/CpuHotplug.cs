using System;
using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>A hotplug state that was set up, to be removed with <see cref="CpuHotplug.RemoveState"/>.</summary>
public sealed class HotplugState
{
    internal HotplugState(string name, Action<CpuId> startup, Action<CpuId>? teardown)
    {
        ArgumentNullException.ThrowIfNull(startup);
        Name = name;
        Startup = startup;
        Teardown = teardown;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    internal Action<CpuId> Startup { get; }

    internal Action<CpuId>? Teardown { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The hotplug states of a machine, in the order in which a CPU goes through them on its way up.</summary>
public sealed class HotplugStates
{
    private readonly List<HotplugState> _states = [];

    /// <summary>The states, first to be started first.</summary>
    public IReadOnlyList<HotplugState> States => _states;

    internal CpuHotplugLock Lock { get; } = new();

    internal Machine Enter(Operation operation)
    {
        // The lock is what the step touches: a reader that comes now waits behind this writer. The states are the lock's.
        Cpu cpu = operation.Begin(Lock);
        Lock.Acquire(cpu, operation);
        return cpu.Machine;
    }

    internal void Leave(Operation operation) => Lock.Release(operation.Inside(Lock));

    internal void Add(HotplugState state) => _states.Add(state);

    internal bool Remove(HotplugState state) => _states.Remove(state);

    /// <inheritdoc/>
    public override string ToString() => "hotplug states";
}

/// <summary>CPUs that come and go: STARTING callbacks, which run on the CPU concerned with interrupts masked. Source: Linux <c>kernel/cpu.c</c>.</summary>
public static class CpuHotplug
{
    private static readonly Operation s_setupState = Operation.Of(typeof(CpuHotplug), nameof(SetupState));
    private static readonly Operation s_setupStateNoCalls = Operation.Of(typeof(CpuHotplug), nameof(SetupStateNoCalls));
    private static readonly Operation s_removeState = Operation.Of(typeof(CpuHotplug), nameof(RemoveState));
    private static readonly Operation s_bringUp = Operation.Of(typeof(CpuHotplug), nameof(BringUp));
    private static readonly Operation s_takeDown = Operation.Of(typeof(CpuHotplug), nameof(TakeDown));

    /// <summary>
    /// <c>cpuhp_setup_state</c> in the STARTING section: <paramref name="startup"/> runs now on every online CPU, one after the other, and later on each CPU
    /// that comes up; <paramref name="teardown"/> on each that goes down. Neither may sleep or fail.
    /// </summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static HotplugState SetupState(
        string name,
        [RunsIn(Context.Task, Within = Section.CpuStarting), RunsOnEachCpu] Action<CpuId> startup,
        [RunsIn(Context.Task, Within = Section.CpuStarting), RunsOnEachCpu] Action<CpuId>? teardown) =>
        Setup(s_setupState, new HotplugState(name, startup, teardown), callOnline: true);

    /// <summary>
    /// <c>cpuhp_setup_state_nocalls</c> in the STARTING section: the callbacks run only on CPUs that come up or go down later. What the CPUs that are
    /// online already need is the caller's business.
    /// </summary>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static HotplugState SetupStateNoCalls(
        string name,
        [RunsIn(Context.Task, Within = Section.CpuStarting), RunsOnEachCpu] Action<CpuId> startup,
        [RunsIn(Context.Task, Within = Section.CpuStarting), RunsOnEachCpu] Action<CpuId>? teardown) =>
        Setup(s_setupStateNoCalls, new HotplugState(name, startup, teardown), callOnline: false);

    /// <summary><c>cpuhp_remove_state</c>: the teardown runs on every online CPU, and no longer on CPUs that go down.</summary>
    /// <returns><see cref="Errno.ENOENT"/> when it was removed before.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno RemoveState(HotplugState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Machine machine = Machine.Current.Hotplug.Enter(s_removeState);
        bool known = machine.Hotplug.Remove(state);
        if (known && state.Teardown is { } teardown)
        {
            CallOnline(machine, s_removeState, teardown);
        }

        machine.Hotplug.Leave(s_removeState);
        return known ? Errno.Ok : Errno.ENOENT;
    }

    /// <summary><c>cpu_device_up</c>: the CPU initialises its part of the GIC, runs the startup callbacks in order with interrupts masked, and is online.</summary>
    /// <returns><see cref="Errno.EINVAL"/> when it is not offline.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno BringUp(CpuId cpu)
    {
        Machine machine = Machine.Current.Hotplug.Enter(s_bringUp);
        Cpu target = machine.Cpus[cpu.Value];
        bool possible = target.Phase == CpuPhase.Offline;
        if (possible)
        {
            target.Phase = CpuPhase.Starting;
            machine.RunOn(cpu, $"cpuhp/{cpu.Value}", s_bringUp, () => Start(s_bringUp, target));
        }

        machine.Hotplug.Leave(s_bringUp);
        return possible ? Errno.Ok : Errno.EINVAL;
    }

    /// <summary><c>cpu_device_down</c>: the CPU goes offline, runs the teardown callbacks in reverse order with interrupts masked, and turns its part of the GIC off.</summary>
    /// <returns><see cref="Errno.EINVAL"/> when it is not online, <see cref="Errno.EBUSY"/> when it is the last one.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno TakeDown(CpuId cpu)
    {
        Machine machine = Machine.Current.Hotplug.Enter(s_takeDown);
        Cpu target = machine.Cpus[cpu.Value];
        Errno result = target.Phase != CpuPhase.Online ? Errno.EINVAL
            : machine.OnlineCpus.Without(cpu).IsEmpty ? Errno.EBUSY
            : Errno.Ok;
        if (result == Errno.Ok)
        {
            machine.RunOn(cpu, $"cpuhp/{cpu.Value}", s_takeDown, () => Stop(s_takeDown, target));
        }

        machine.Hotplug.Leave(s_takeDown);
        return result;
    }

    private static HotplugState Setup(Operation operation, HotplugState state, bool callOnline)
    {
        Machine machine = Machine.Current.Hotplug.Enter(operation);
        machine.Hotplug.Add(state);
        if (callOnline)
        {
            CallOnline(machine, operation, state.Startup);
        }

        machine.Hotplug.Leave(operation);
        return state;
    }

    private static void CallOnline(Machine machine, Operation operation, Action<CpuId> callback)
    {
        foreach (CpuId cpu in machine.OnlineCpus)
        {
            machine.RunOn(cpu, $"cpuhp/{cpu.Value}", operation, () => RunCallback(callback));
        }
    }

    private static void RunCallback(Action<CpuId> callback)
    {
        Cpu cpu = Machine.Current.Cpus[KernelTask.Current.Cpu.Value];
        IrqFlags flags = IrqMask.Save(cpu);
        cpu.State.Sections |= Section.CpuStarting;
        callback(cpu.Id);
        cpu.State.Sections &= ~Section.CpuStarting;
        IrqMask.Restore(cpu, flags);
    }

    private static void Start(Operation operation, Cpu cpu)
    {
        Machine machine = cpu.Machine;
        IrqFlags flags = IrqMask.Save(cpu);
        cpu.Redistributor.Reset(machine.Gic.InitialPriority);
        cpu.Redistributor.Wake();
        cpu.Interface.Reset();
        cpu.Interface.Initialise();
        cpu.Publish(MachineEventKind.CpuChanged, cpu, target: cpu.Id.Value, text: "starting");
        foreach (HotplugState state in machine.Hotplug.States)
        {
            RunCallback(state.Startup);
        }

        operation.Inside(machine.Ipis);
        machine.OnlineCpus = machine.OnlineCpus.With(cpu.Id);
        cpu.Phase = CpuPhase.Online;
        cpu.Publish(MachineEventKind.CpuChanged, cpu, target: cpu.Id.Value, text: "online");
        IrqMask.Restore(cpu, flags);
        LineLifecycle.CpuCameOnline(cpu);
    }

    private static void Stop(Operation operation, Cpu cpu)
    {
        Machine machine = cpu.Machine;
        IrqFlags flags = IrqMask.Save(cpu);
        operation.Inside(machine.Ipis);
        machine.OnlineCpus = machine.OnlineCpus.Without(cpu.Id);
        cpu.Phase = CpuPhase.Starting;
        for (int i = machine.Hotplug.States.Count - 1; i >= 0; i--)
        {
            if (machine.Hotplug.States[i].Teardown is { } teardown)
            {
                RunCallback(teardown);
            }
        }

        LineLifecycle.CpuGoesOffline(cpu);
        cpu.Interface.Group1Enabled = false;
        cpu.Redistributor.Sleep();
        cpu.Phase = CpuPhase.Offline;
        cpu.Publish(MachineEventKind.CpuChanged, cpu, target: cpu.Id.Value, text: "offline");
        IrqMask.Restore(cpu, flags);
    }
}
