using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>A hotplug state that was set up, to be removed with <see cref="CpuHotplug.RemoveState"/>.</summary>
public sealed class HotplugState
{
    internal HotplugState(string name, bool isOnline, Func<CpuId, Errno> startup, Func<CpuId, Errno>? teardown)
    {
        Name = name;
        IsOnline = isOnline;
        Startup = startup;
        Teardown = teardown;
    }

    /// <summary>Its name.</summary>
    public string Name { get; }

    /// <summary>
    /// Its callbacks run in the hotplug thread of a CPU that is online; they may sleep and fail. Otherwise they run with interrupts masked while the CPU starts or
    /// dies, and may do neither.
    /// </summary>
    public bool IsOnline { get; }

    internal Func<CpuId, Errno> Startup { get; }

    internal Func<CpuId, Errno>? Teardown { get; }

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

/// <summary>
/// CPUs that come and go. On the way up a CPU runs the STARTING callbacks itself with interrupts masked, and then, online, the ONLINE callbacks in its hotplug
/// thread, which may sleep and fail; what fails is rolled back. On the way down the ONLINE callbacks come first, and the CPU dies in a stop of the whole machine, which
/// begins when every other CPU can be preempted. Source: Linux <c>kernel/cpu.c</c>, <c>kernel/stop_machine.c</c>.
/// </summary>
/// <remarks>
/// Faults that a scenario may declare: <c>cpuhp_invoke_callback</c> (an ONLINE callback fails before it runs, with <c>EAGAIN</c>, as <c>/sys/.../hotplug/fail</c> makes it),
/// <c>psci_cpu_on</c> and <c>psci_cpu_on(n)</c> (firmware refuses to start a CPU, or CPU n).
/// </remarks>
public static class CpuHotplug
{
    private static readonly Operation s_setupState = Operation.Of(typeof(CpuHotplug), nameof(SetupState));
    private static readonly Operation s_setupStateNoCalls = Operation.Of(typeof(CpuHotplug), nameof(SetupStateNoCalls));
    private static readonly Operation s_setupOnlineState = Operation.Of(typeof(CpuHotplug), nameof(SetupOnlineState));
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
        Setup(s_setupState, Starting(name, startup, teardown), callOnline: true);

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
        Setup(s_setupStateNoCalls, Starting(name, startup, teardown), callOnline: false);

    /// <summary>
    /// <c>cpuhp_setup_state</c> in the ONLINE section (<c>CPUHP_AP_ONLINE_DYN</c>): <paramref name="startup"/> runs now in the hotplug thread of every online CPU, and later of
    /// each that comes up; <paramref name="teardown"/> of each that goes down. Both may sleep.
    /// </summary>
    /// <returns>What the first failing start-up returned: then those before it were torn down again, and there is no state.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno SetupOnlineState(
        string name,
        [RunsIn(Context.Task, Within = Section.CpuOnline), RunsOnEachCpu] Func<CpuId, Errno> startup,
        [RunsIn(Context.Task, Within = Section.CpuOnline), RunsOnEachCpu] Func<CpuId, Errno>? teardown,
        out HotplugState? state)
    {
        ArgumentNullException.ThrowIfNull(startup);
        var added = new HotplugState(name, isOnline: true, startup, teardown);
        Machine machine = Machine.Current.Hotplug.Enter(s_setupOnlineState);
        machine.Hotplug.Add(added);
        Errno result = Errno.Ok;
        foreach (CpuId cpu in machine.OnlineCpus)
        {
            if ((result = OnlineCallback(s_setupOnlineState, cpu, startup, mayFail: true)) == Errno.Ok)
            {
                continue;
            }

            _ = machine.Hotplug.Remove(added);
            foreach (CpuId before in machine.OnlineCpus)
            {
                if (before == cpu)
                {
                    break;
                }

                _ = OnlineCallback(s_setupOnlineState, before, teardown, mayFail: false);
            }

            break;
        }

        machine.Hotplug.Leave(s_setupOnlineState);
        state = result == Errno.Ok ? added : null;
        return result;
    }

    /// <summary><c>cpuhp_remove_state</c>: the teardown runs on every online CPU, and no longer on CPUs that go down.</summary>
    /// <returns><see cref="Errno.ENOENT"/> when it was removed before.</returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno RemoveState(HotplugState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Machine machine = Machine.Current.Hotplug.Enter(s_removeState);
        bool known = machine.Hotplug.Remove(state);
        if (known)
        {
            CallOnline(machine, s_removeState, state, state.Teardown);
        }

        machine.Hotplug.Leave(s_removeState);
        return known ? Errno.Ok : Errno.ENOENT;
    }

    /// <summary>
    /// <c>cpu_device_up</c>: firmware starts the CPU, which initialises its part of the GIC, runs the STARTING callbacks in order with interrupts masked, and is online;
    /// its hotplug thread then runs the ONLINE callbacks. It is not held back by code that runs with preemption off elsewhere.
    /// </summary>
    /// <returns>
    /// <see cref="Errno.EINVAL"/> when it is not offline, <see cref="Errno.EPERM"/> when firmware refuses, or what an ONLINE callback returned: then it is offline again.
    /// </returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno BringUp(CpuId cpu)
    {
        Machine machine = Machine.Current.Hotplug.Enter(s_bringUp);
        Cpu target = machine.Cpus[cpu.Value];
        Errno result = target.Phase != CpuPhase.Offline ? Errno.EINVAL
            : FirmwareRefuses(machine, cpu) ? Errno.EPERM
            : Errno.Ok;
        if (result == Errno.Ok)
        {
            target.Phase = CpuPhase.Starting;
            machine.RunOn(cpu, $"cpuhp/{cpu.Value}", s_bringUp, () => Start(s_bringUp, target));
            result = RunOnline(s_bringUp, machine, cpu);
            if (result != Errno.Ok)
            {
                Die(s_bringUp, machine, target);
            }
        }

        machine.Hotplug.Leave(s_bringUp);
        return result;
    }

    /// <summary>
    /// <c>cpu_device_down</c>: the hotplug thread runs the ONLINE teardowns in reverse order; then the machine stops, the CPU goes offline, runs the STARTING teardowns in
    /// reverse order with interrupts masked, and turns its part of the GIC off.
    /// </summary>
    /// <returns>
    /// <see cref="Errno.EINVAL"/> when it is not online, <see cref="Errno.EBUSY"/> when it is the last one, or what an ONLINE teardown returned: then those that
    /// were torn down are started again, and the CPU stays online.
    /// </returns>
    [LegalIn(Context.Task)]
    [MayBlock]
    public static Errno TakeDown(CpuId cpu)
    {
        Machine machine = Machine.Current.Hotplug.Enter(s_takeDown);
        Cpu target = machine.Cpus[cpu.Value];
        Errno result = target.Phase != CpuPhase.Online ? Errno.EINVAL
            : machine.OnlineCpus.Without(cpu).IsEmpty ? Errno.EBUSY
            : TearDownOnline(s_takeDown, machine, cpu);
        if (result == Errno.Ok)
        {
            Die(s_takeDown, machine, target);
        }

        machine.Hotplug.Leave(s_takeDown);
        return result;
    }

    private static HotplugState Starting(string name, Action<CpuId> startup, Action<CpuId>? teardown)
    {
        ArgumentNullException.ThrowIfNull(startup);
        return new HotplugState(name, isOnline: false, Wrap(startup), teardown is null ? null : Wrap(teardown));

        static Func<CpuId, Errno> Wrap(Action<CpuId> callback) => cpu =>
        {
            callback(cpu);
            return Errno.Ok;
        };
    }

    private static bool FirmwareRefuses(Machine machine, CpuId cpu) =>
        machine.Faults.Happens(machine.Execution, "psci_cpu_on") || machine.Faults.Happens(machine.Execution, $"psci_cpu_on({cpu.Value})");

    // In order; what was started before a failure is torn down again, in reverse.
    private static Errno RunOnline(Operation operation, Machine machine, CpuId cpu)
    {
        HotplugState[] states = [.. machine.Hotplug.States.Where(state => state.IsOnline)];
        for (int index = 0; index < states.Length; index++)
        {
            Errno result = OnlineCallback(operation, cpu, states[index].Startup, mayFail: true);
            if (result != Errno.Ok)
            {
                for (int done = index - 1; done >= 0; done--)
                {
                    _ = OnlineCallback(operation, cpu, states[done].Teardown, mayFail: false);
                }

                return result;
            }
        }

        return Errno.Ok;
    }

    // In reverse; what was torn down before a failure is started again, in order.
    private static Errno TearDownOnline(Operation operation, Machine machine, CpuId cpu)
    {
        HotplugState[] states = [.. machine.Hotplug.States.Where(state => state.IsOnline)];
        for (int index = states.Length - 1; index >= 0; index--)
        {
            Errno result = OnlineCallback(operation, cpu, states[index].Teardown, mayFail: true);
            if (result != Errno.Ok)
            {
                for (int done = index + 1; done < states.Length; done++)
                {
                    _ = OnlineCallback(operation, cpu, states[done].Startup, mayFail: false);
                }

                return result;
            }
        }

        return Errno.Ok;
    }

    private static Errno OnlineCallback(Operation operation, CpuId cpu, Func<CpuId, Errno>? callback, bool mayFail)
    {
        if (callback is null)
        {
            return Errno.Ok;
        }

        Machine machine = Machine.Current;
        Errno result = Errno.Ok;
        machine.RunOn(cpu, $"cpuhp/{cpu.Value}", operation, () =>
        {
            if (mayFail && machine.Faults.Happens(machine.Execution, "cpuhp_invoke_callback"))
            {
                result = Errno.EAGAIN;
                return;
            }

            TaskContext state = KernelTask.Current.Context;
            Section before = state.Sections;
            state.Sections |= Section.CpuOnline;
            result = callback(cpu);
            state.Sections = before;
        });
        return result;
    }

    // take_cpu_down under stop_machine: the stopper of the CPU waits until every other one has reached its own, and nobody else runs meanwhile.
    private static void Die(Operation operation, Machine machine, Cpu cpu) => machine.RunOn(cpu.Id, $"migration/{cpu.Id.Value}", operation, () =>
    {
        // The stopper has the CPU, and interrupts still arrive.
        operation.Inside(KernelTask.Current);
        CpuMask others = machine.OnlineCpus.Without(cpu.Id);
        machine.Execution.Wait(new WaitFor(WaitStyle.Spin, operation, others, () => MayStop(machine, others)));
        machine.StoppedFor = cpu.Id;
        cpu.State.Sections |= Section.StopMachine;
        Stop(operation, cpu);
        cpu.State.Sections &= ~Section.StopMachine;
        machine.StoppedFor = null;
    });

    private static bool MayStop(Machine machine, CpuMask others)
    {
        foreach (CpuId other in others)
        {
            // A CPU that idles is woken, whatever its idle loop has masked meanwhile.
            Cpu cpu = machine.Cpus[other.Value];
            if (!cpu.Preemptible && !(cpu.Current.IsIdle && cpu.State.Activations.Count == 0))
            {
                return false;
            }
        }

        return true;
    }

    private static HotplugState Setup(Operation operation, HotplugState state, bool callOnline)
    {
        Machine machine = Machine.Current.Hotplug.Enter(operation);
        machine.Hotplug.Add(state);
        if (callOnline)
        {
            CallOnline(machine, operation, state, state.Startup);
        }

        machine.Hotplug.Leave(operation);
        return state;
    }

    private static void CallOnline(Machine machine, Operation operation, HotplugState state, Func<CpuId, Errno>? callback)
    {
        foreach (CpuId cpu in machine.OnlineCpus)
        {
            if (state.IsOnline)
            {
                _ = OnlineCallback(operation, cpu, callback, mayFail: false);
            }
            else if (callback is not null)
            {
                machine.RunOn(cpu, $"cpuhp/{cpu.Value}", operation, () => RunCallback(callback));
            }
        }
    }

    private static void RunCallback(Func<CpuId, Errno> callback)
    {
        Cpu cpu = Machine.Current.Cpus[KernelTask.Current.Cpu.Value];
        IrqFlags flags = IrqMask.Save(cpu);
        cpu.State.Sections |= Section.CpuStarting;
        _ = callback(cpu.Id);
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
        foreach (HotplugState state in machine.Hotplug.States.Where(state => !state.IsOnline))
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
            if (machine.Hotplug.States[i] is { IsOnline: false, Teardown: { } teardown })
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
