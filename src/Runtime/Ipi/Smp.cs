using System;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>Other CPUs: who is online, raising IPIs, calling functions there. Source: Linux <c>kernel/smp.c</c>, <c>arch/arm64/kernel/smp.c</c>.</summary>
public static class Smp
{
    private static readonly Operation s_setIpiRange = Operation.Of(typeof(Smp), nameof(SetIpiRange));
    private static readonly Operation s_crossCall = Operation.Of(typeof(Smp), nameof(CrossCall));
    private static readonly Operation s_onlineCpus = Operation.Of(typeof(Smp), nameof(OnlineCpus));
    private static readonly Operation s_setCpuOnline = Operation.Of(typeof(Smp), nameof(SetCpuOnline));
    private static readonly Operation s_numOtherOnline = Operation.Of(typeof(Smp), nameof(NumOtherOnline));
    private static readonly Operation s_waitForOthersToStop = Operation.Of(typeof(Smp), nameof(WaitForOthersToStop));
    private static readonly Operation s_callFunctionMany = Operation.Of(typeof(Smp), nameof(CallFunctionMany));
    private static readonly Operation s_callFunctionSingle = Operation.Of(typeof(Smp), nameof(CallFunctionSingle));
    private static readonly Operation s_onEachCpu = Operation.Of(typeof(Smp), nameof(OnEachCpu));
    private static readonly Operation s_handleCallFunction = Operation.Of(typeof(Smp), nameof(HandleCallFunction));

    /// <summary><c>cpu_online_mask</c> at this moment.</summary>
    [NmiSafe]
    public static CpuMask OnlineCpus => s_onlineCpus.Begin(Machine.Current.Ipis, Access.Read).Machine.OnlineCpus;

    /// <summary>Records that the IPIs use <paramref name="count"/> lines from <paramref name="first"/> on. At boot, once.</summary>
    [LegalIn(Context.Task)]
    public static void SetIpiRange(IntId first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Machine machine = s_setIpiRange.Begin(Machine.Current.Ipis).Machine;
        if (!first.IsSgi || !(first + (count - 1)).IsSgi)
        {
            machine.Execution.Fail($"IPIs are SGIs, but {count} lines from {first} on are not");
        }

        machine.Ipis.First = first;
        machine.Ipis.Available = Math.Min(count, IpiState.Count);
    }

    /// <summary>The line of an IPI.</summary>
    /// <exception cref="InvalidOperationException"><see cref="SetIpiRange"/> was not called, or with fewer lines.</exception>
    [NmiSafe]
    public static IntId IpiLine(Ipi ipi)
    {
        IpiState state = Machine.Current.Ipis;
        return state.First is { } first && (int)ipi < state.Available
            ? first + (int)ipi
            : throw new InvalidOperationException($"{ipi} has no line: call Smp.SetIpiRange first");
    }

    /// <summary><c>smp_cross_call</c>: raises the IPI on each CPU of the mask, this one included if it is in it. Does not wait.</summary>
    [NmiSafe]
    [Transition(CpuStopProtocol.Name, "send-irq", When = "ipi == Ipi.CpuStop")]
    [Transition(CpuStopProtocol.Name, "send-nmi", When = "ipi == Ipi.CpuStopNmi")]
    public static void CrossCall(CpuMask target, Ipi ipi)
    {
        Machine machine = Machine.Current;
        Cpu cpu = s_crossCall.Begin(machine.Gic, Access.Write, (nameof(ipi), ipi));
        cpu.Stores?.Drain();
        ProtocolMove move = machine.Protocols.Begin(s_crossCall, cpu, machine.Gic, (nameof(ipi), ipi));
        machine.Gic.SendSgi(IpiLine(ipi), target);
        move.Commit(succeeded: true);
    }

    /// <summary><c>set_cpu_online</c>.</summary>
    [NmiSafe]
    public static void SetCpuOnline(CpuId cpu, bool online)
    {
        Cpu self = s_setCpuOnline.Begin(Machine.Current.Ipis);
        Machine machine = self.Machine;
        machine.OnlineCpus = online ? machine.OnlineCpus.With(cpu) : machine.OnlineCpus.Without(cpu);
        self.Publish(MachineEventKind.CpuChanged, machine.Cpus[cpu.Value], target: cpu.Value, text: online ? "online" : "offline");
    }

    /// <summary><c>num_other_online_cpus()</c>.</summary>
    [NmiSafe]
    public static int NumOtherOnline()
    {
        Cpu cpu = s_numOtherOnline.Begin(Machine.Current.Ipis, Access.Read);
        return cpu.Machine.OnlineCpus.Without(cpu.Id).Count;
    }

    /// <summary>Spins until no other CPU is online, for at most this long. True when none is.</summary>
    [NmiSafe]
    [Transition(CpuStopProtocol.Name, "wait")]
    public static bool WaitForOthersToStop(long microseconds)
    {
        Cpu cpu = s_waitForOthersToStop.Begin(Machine.Current.Ipis, Access.Read);
        Machine machine = cpu.Machine;
        ProtocolMove move = machine.Protocols.Begin(s_waitForOthersToStop, cpu, machine.Ipis);
        CpuId self = cpu.Id;
        bool stopped = machine.Execution.Wait(new WaitFor(
            WaitStyle.Spin,
            s_waitForOthersToStop,
            machine.OnlineCpus.Without(self),
            () => machine.OnlineCpus.Without(self).IsEmpty,
            Deadline: machine.Execution.Now + (microseconds * 1000)));
        move.Commit(succeeded: true);
        return stopped;
    }

    /// <summary>
    /// <c>smp_call_function_many</c>: calls a function on each online CPU of the mask except this one. Waits until each has returned if
    /// <paramref name="wait"/>; otherwise it may still wait until an earlier call to the same CPU was fetched.
    /// </summary>
    [WaitsForCpus]
    [RequiresMasked(Mask.Preemption)]
    public static void CallFunctionMany(CpuMask mask, [RunsIn(Context.HardIrq), RunsOnEachCpu] Action func, bool wait)
    {
        ArgumentNullException.ThrowIfNull(func);
        Cpu cpu = s_callFunctionMany.Begin(Machine.Current.Ipis, Access.Write, (nameof(wait), wait));
        HandlerRole.Check(s_callFunctionMany, cpu, null, nameof(func), func);
        CpuMask targets = (mask & cpu.Machine.OnlineCpus).Without(cpu.Id);
        Call(s_callFunctionMany, cpu, targets, func, wait);
        if (wait)
        {
            WaitForCalls(s_callFunctionMany, cpu, targets);
        }
    }

    /// <summary><c>smp_call_function_single</c>: as <see cref="CallFunctionMany"/> for one CPU; on this CPU the function is called at once.</summary>
    /// <returns><see cref="Errno.ENXIO"/> when the CPU is not online.</returns>
    [WaitsForCpus]
    public static Errno CallFunctionSingle(CpuId target, [RunsIn(Context.HardIrq)] Action func, bool wait)
    {
        ArgumentNullException.ThrowIfNull(func);
        Cpu cpu = s_callFunctionSingle.Begin(Machine.Current.Ipis, Access.Write, (nameof(wait), wait));
        HandlerRole.Check(s_callFunctionSingle, cpu, null, nameof(func), func);
        if (!cpu.Machine.OnlineCpus.Contains(target))
        {
            return Errno.ENXIO;
        }

        if (target == cpu.Id)
        {
            IrqFlags flags = IrqMask.Save(cpu);
            func();
            IrqMask.Restore(cpu, flags);
            return Errno.Ok;
        }

        Preemption.Count(cpu, 1);
        Call(s_callFunctionSingle, cpu, CpuMask.Of(target), func, wait);
        if (wait)
        {
            WaitForCall(s_callFunctionSingle, cpu, target);
        }

        Preemption.Count(cpu, -1);
        return Errno.Ok;
    }

    /// <summary><c>on_each_cpu</c>: calls a function on every online CPU, this one included, with interrupts masked.</summary>
    [WaitsForCpus]
    public static void OnEachCpu([RunsIn(Context.HardIrq), RunsOnEachCpu] Action func, bool wait)
    {
        ArgumentNullException.ThrowIfNull(func);
        Cpu cpu = s_onEachCpu.Begin(Machine.Current.Ipis, Access.Write, (nameof(wait), wait));
        HandlerRole.Check(s_onEachCpu, cpu, null, nameof(func), func);
        Preemption.Count(cpu, 1);
        CpuMask others = cpu.Machine.OnlineCpus.Without(cpu.Id);
        Call(s_onEachCpu, cpu, others, func, wait);
        IrqFlags flags = IrqMask.Save(cpu);
        func();
        IrqMask.Restore(cpu, flags);
        if (wait)
        {
            WaitForCalls(s_onEachCpu, cpu, others);
        }

        Preemption.Count(cpu, -1);
    }

    /// <summary><c>generic_smp_call_function_interrupt</c>: what the handler of <see cref="Ipi.CallFunc"/> does.</summary>
    [ForbiddenIn(Context.AnyNmi, Because = "runs functions that are written for interrupt context")]
    public static void HandleCallFunction()
    {
        Cpu cpu = s_handleCallFunction.Begin(Machine.Current.Ipis);
        while (cpu.Machine.Ipis.Calls[cpu.Id.Value].TryDequeue(out FunctionCall? call))
        {
            call.Done = !call.Wait;
            call.Function();
            call.Done = true;
        }
    }

    // Queues and raises; with wait, each call counts as done only when its function has returned.
    private static void Call(Operation operation, Cpu cpu, CpuMask targets, Action function, bool wait)
    {
        Machine machine = cpu.Machine;
        IpiState ipis = machine.Ipis;
        foreach (CpuId target in targets)
        {
            WaitForCall(operation, cpu, target);
            var call = new FunctionCall(function, wait);
            ipis.Pending[cpu.Id.Value, target.Value] = call;
            ipis.Calls[target.Value].Enqueue(call);
        }

        if (!targets.IsEmpty)
        {
            machine.Gic.SendSgi(IpiLine(Ipi.CallFunc), targets);
        }
    }

    private static void WaitForCalls(Operation operation, Cpu cpu, CpuMask targets)
    {
        foreach (CpuId target in targets)
        {
            WaitForCall(operation, cpu, target);
        }
    }

    private static void WaitForCall(Operation operation, Cpu cpu, CpuId target)
    {
        Machine machine = cpu.Machine;
        if (machine.Ipis.Pending[cpu.Id.Value, target.Value] is { Done: false } call)
        {
            machine.Execution.Wait(new WaitFor(
                WaitStyle.Spin, operation, machine.Cpus[target.Value], () => call.Done, () => machine.Cpus[target.Value].Current));
        }
    }
}
