using System.Diagnostics.CodeAnalysis;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>The processor this code runs on.</summary>
public static class Processor
{
    private static readonly Operation s_id = Operation.Of(typeof(Processor), nameof(Id));
    private static readonly Operation s_rawId = Operation.Of(typeof(Processor), nameof(RawId));
    private static readonly Operation s_relax = Operation.Of(typeof(Processor), nameof(Relax));
    private static readonly Operation s_delay = Operation.Of(typeof(Processor), nameof(Delay));
    private static readonly Operation s_waitForInterrupt = Operation.Of(typeof(Processor), nameof(WaitForInterrupt));
    private static readonly Operation s_wfi = Operation.Of(typeof(Processor), nameof(Wfi));
    private static readonly Operation s_park = Operation.Of(typeof(Processor), nameof(Park));
    private static readonly Operation s_beginCrash = Operation.Of(typeof(Processor), nameof(BeginCrash));
    private static readonly Operation s_panic = Operation.Of(typeof(Processor), nameof(Panic));
    private static readonly Operation s_bug = Operation.Of(typeof(Processor), nameof(Bug));

    /// <summary><c>smp_processor_id()</c>. Needs preemption off: otherwise the task may already be elsewhere.</summary>
    [NmiSafe]
    [RequiresMasked(Mask.Preemption)]
    public static CpuId Id => s_id.Begin(access: Access.Read).Id;

    /// <summary><c>raw_smp_processor_id()</c>: a hint, or the truth for a task bound to its CPU.</summary>
    [NmiSafe]
    public static CpuId RawId => s_rawId.Begin(access: Access.Read).Id;

    /// <summary><c>in_nmi()</c>.</summary>
    [NmiSafe]
    [TellsContext(Context.AnyNmi)]
    public static bool InNmi => Now.InNmi;

    /// <summary><c>in_hardirq()</c>, which also holds in an NMI.</summary>
    [NmiSafe]
    [TellsContext(Context.HardIrq | Context.Fiq | Context.AnyNmi)]
    public static bool InHardIrq => Now.InHardIrq;

    /// <summary><c>preemptible()</c>: preempt count 0 and interrupts on.</summary>
    [NmiSafe]
    public static bool Preemptible => Now.Preemptible;

    private static Cpu Now
    {
        get
        {
            KernelTask task = KernelTask.Current;
            return task.Machine.Cpus[task.Cpu.Value];
        }
    }

    /// <summary>
    /// <c>cpu_relax()</c>: marks a polling loop. It goes on when something changed that it looked at since the last time, or when nothing else can go on; the first time, and where it looked at
    /// nothing, as soon as another CPU or an interrupt made a step.
    /// </summary>
    [NmiSafe]
    public static void Relax() =>
        s_relax.Begin().Machine.Execution.Wait(new WaitFor(WaitStyle.Poll, s_relax, "a change", static () => true));

    /// <summary><c>udelay()</c>: spins for this long, taking interrupts as the masks allow.</summary>
    [NmiSafe]
    public static void Delay(long microseconds)
    {
        IExecution execution = s_delay.Begin().Machine.Execution;
        execution.Wait(new WaitFor(WaitStyle.Spin, s_delay, "udelay", static () => false, Deadline: execution.Now + (microseconds * 1000)));
    }

    /// <summary>
    /// <c>cpu_do_idle()</c>: waits until an interrupt is signalled to this CPU, masked by DAIF.I or not; may also return without one. Interrupts that
    /// PMR masks are let through to wake the CPU, and are taken only after the masks are restored. Needs interrupts masked: one taken between the
    /// decision to idle and the wait would be missed.
    /// </summary>
    [LegalIn(Context.Task)]
    [RequiresMasked(Mask.Irq)]
    public static void WaitForInterrupt() => Idle(s_waitForInterrupt.Begin());

    /// <summary>
    /// <c>wfi()</c>: the instruction alone. Wakes when the GIC signals an interrupt, whatever DAIF.I says, but not for one that PMR holds back; may also
    /// return without one. Not for code that masks interrupts by PMR: an IRQ would never wake it.
    /// </summary>
    [NmiSafe]
    [WaitsForInterrupt(WhenMasked = nameof(WaitForInterrupt))]
    public static void Wfi()
    {
        Cpu cpu = s_wfi.Begin();

        // The contract speaks of masks; a PMR that is closed behind DAIF.I is none, but holds interrupts back all the same.
        if (cpu.State.Daif.I && !cpu.State.Pmr.Passes(Priority.Irq))
        {
            cpu.Machine.Execution.Breach(
                new Breach(LawIds.IdleMasked, $"code with PMR {cpu.State.Pmr}", "waits for an interrupt that PMR keeps from the CPU: an IRQ never wakes it. Use cpu_do_idle"),
                new Step(s_wfi, null, Access.Write));
        }

        cpu.Machine.Execution.Wait(new WaitFor(WaitStyle.Idle, s_wfi, cpu, () => cpu.Interface.Signals));
    }

    /// <summary><c>cpu_park_loop()</c>: the CPU stays here for ever. It holds what it holds.</summary>
    [NmiSafe]
    [Parks]
    [DoesNotReturn]
    public static void Park()
    {
        Cpu cpu = s_park.Begin();
        cpu.Phase = CpuPhase.Parked;
        cpu.Publish(MachineEventKind.CpuChanged, cpu, target: cpu.Id.Value, text: "parked");
        cpu.Machine.Execution.Park($"{cpu.Id} parked", interruptible: false);
    }

    /// <summary>Enters the crash path (<c>oops_in_progress</c>, <c>bust_spinlocks(1)</c>): from now on waiting for other CPUs is tolerated.</summary>
    [NmiSafe]
    public static void BeginCrash(string why)
    {
        Cpu cpu = s_beginCrash.Begin();
        cpu.Machine.InCrash = true;
        cpu.Publish(MachineEventKind.Note, text: $"crash: {why}");
    }

    /// <summary>The end of <c>panic()</c>: what had to be stopped and written has been, and this CPU loops for ever.</summary>
    [NmiSafe]
    [Parks]
    [DoesNotReturn]
    public static void Panic(string why)
    {
        Cpu cpu = s_panic.Begin();
        cpu.Machine.InCrash = true;
        cpu.Phase = CpuPhase.Parked;
        cpu.Publish(MachineEventKind.Note, text: $"Kernel panic: {why}");
        cpu.Machine.Execution.Park($"panic: {why}", interruptible: false);
    }

    /// <summary><c>BUG()</c>: a state that must not exist. Ends the execution as a violation.</summary>
    [NmiSafe]
    [DoesNotReturn]
    public static void Bug(string what) => s_bug.Begin().Machine.Execution.Fail(what);

    /// <summary><c>BUG_ON()</c>.</summary>
    [NmiSafe]
    public static void BugOn([DoesNotReturnIf(true)] bool condition, string what)
    {
        if (condition)
        {
            Bug(what);
        }
    }

    // do_idle: the point comes first, since interrupts are on only there.
    internal static void IdleLoop()
    {
        IExecution execution = KernelTask.Current.Machine.Execution;
        while (!execution.IsOver)
        {
            Cpu cpu = s_waitForInterrupt.Inside(KernelTask.Current);
            IrqMask.Disable(cpu);
            Idle(cpu);
            IrqMask.Enable(cpu);
        }
    }

    internal static WaitFor IdleWait(Cpu cpu) => new(WaitStyle.Idle, s_waitForInterrupt, cpu, () => cpu.Interface.Signals);

    private static void Idle(Cpu cpu)
    {
        TaskContext state = cpu.State;
        (Pmr pmr, Daif daif) = (state.Pmr, state.Daif);
        state.Daif |= Daif.ProcessNoIrq;
        if (cpu.Machine.Profile.PriorityMasking)
        {
            state.Pmr = Pmr.IrqOnPsrISet;
        }

        cpu.Machine.Execution.Wait(cpu.IdleWait);
        state.Pmr = pmr;
        state.Daif = daif;
        cpu.MaskChanged();
    }
}
