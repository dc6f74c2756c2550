using System;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;

namespace IrqSafety.Runtime;

/// <summary>What a CPU is able to do.</summary>
public enum CpuPhase
{
    /// <summary>Off: takes no interrupts and runs no tasks.</summary>
    Offline,

    /// <summary>Coming up or going down: hotplug callbacks run with interrupts masked.</summary>
    Starting,

    /// <summary>In use.</summary>
    Online,

    /// <summary>Stopped by a crash or reboot; it never runs again.</summary>
    Parked,
}

/// <summary>One CPU: its current task, whose context it holds, and its part of the interrupt controller.</summary>
public sealed class Cpu
{
    private static readonly string[] s_idleNames = [.. Enumerable.Range(0, 64).Select(cpu => $"idle/{cpu}")];
    private RunQueue? _runQueue;

    internal Cpu(Machine machine, CpuId id, bool online)
    {
        Machine = machine;
        Id = id;
        Redistributor = machine.Gic.Redistributors[id.Value];
        Idle = Current = new KernelTask(machine, s_idleNames[id.Value], id, Processor.IdleLoop, isIdle: true);
        Interface = new CpuInterface(machine.Gic, this);
        IdleWait = Processor.IdleWait(this);
        MaskedByPriority = machine.Profile.PriorityMasking;
        NmiEnabled = machine.Profile.ArchitecturalNmi;
        TakesFiqs = machine.Profile is { SecurityDisabled: true, ScrEl3Fiq: false };
        Start(online);
    }

    internal void MakeNew(bool online)
    {
        Idle.MakeNew(Idle.Name, Id, Idle.Body);
        Current = Idle;
        Interface.MakeNew();
        _runQueue = null;
        (AcknowledgedSpecial, SdeiMasked, NeedsReschedule, SErrorPending) = (false, false, false, false);
        Start(online);
    }

    private void Start(bool online)
    {
        Phase = online ? CpuPhase.Online : CpuPhase.Offline;
        Machine.OnlineCpus = online ? Machine.OnlineCpus.With(Id) : Machine.OnlineCpus;
        if (online)
        {
            Interface.Initialise();
        }
        else
        {
            Redistributor.Sleep();
        }

        Stores = Machine.Memory == MemoryModel.Arm ? new StoreBuffer() : null;
        Effects = Machine.Memory == MemoryModel.Arm ? new RegisterEffects(Machine) : null;
    }

    /// <summary>The machine.</summary>
    public Machine Machine { get; }

    /// <summary>Its number.</summary>
    public CpuId Id { get; }

    /// <summary>How it waits when it idles.</summary>
    internal WaitFor IdleWait { get; }

    // Interrupts are masked by PMR.
    private bool MaskedByPriority { get; }

    /// <summary>The task it runs when it has no other. Its body waits for interrupts.</summary>
    public KernelTask Idle { get; }

    /// <summary>The task on the CPU; the idle task when there is no other.</summary>
    public KernelTask Current { get; private set; }

    /// <summary>What it is able to do.</summary>
    public CpuPhase Phase { get; internal set; }

    /// <summary>Its redistributor: SGIs and PPIs.</summary>
    public Redistributor Redistributor { get; }

    /// <summary>Its GIC CPU interface.</summary>
    public CpuInterface Interface { get; }

    /// <summary>Its stores that other CPUs do not see yet; null where every store is seen at once.</summary>
    public StoreBuffer? Stores { get; private set; }

    /// <summary>Its register writes whose effect is still to come; null where every write takes effect at once.</summary>
    public RegisterEffects? Effects { get; private set; }

    /// <summary>Its run queue.</summary>
    public RunQueue RunQueue => _runQueue ??= new(this);

    /// <summary>What code acknowledged last on it was no interrupt, but a special INTID.</summary>
    internal bool AcknowledgedSpecial { get; set; }

    /// <summary>SDEI events are masked on this PE.</summary>
    public bool SdeiMasked { get; internal set; }

    /// <summary>An interrupt asked for the scheduler (<c>TIF_NEED_RESCHED</c>). The execution clears it when it switches.</summary>
    public bool NeedsReschedule { get; set; }

    /// <summary>Mask registers, preempt count and nested exceptions of the current task.</summary>
    public TaskContext State => Current.Context;

    /// <summary>The context it executes in.</summary>
    public Context Context => State.Current;

    /// <summary><c>irqs_disabled()</c>: by PMR, by DAIF.I, or both.</summary>
    public bool IrqsDisabled => MaskedByPriority ? State.Pmr != Pmr.IrqOn : State.Daif.I;

    /// <summary><c>in_nmi()</c>.</summary>
    public bool InNmi => State.PreemptCount.Nmi > 0;

    /// <summary><c>in_hardirq()</c>: also in an NMI.</summary>
    public bool InHardIrq => State.PreemptCount.HardIrq > 0;

    /// <summary><c>preemptible()</c>.</summary>
    public bool Preemptible => State.PreemptCount.IsZero && !IrqsDisabled;

    /// <summary>The masks as a person reads them.</summary>
    public string MaskText => $"PMR {State.Pmr} DAIF {State.Daif}{(State.AllInt ? " ALLINT" : "")} preempt {State.PreemptCount}";

    /// <summary>What is masked now: the other masks are unmasked.</summary>
    public Mask Masked
    {
        get
        {
            Mask masked = Mask.None;
            if (IrqsDisabled || State.Daif.I)
            {
                masked |= Mask.Irq | Mask.SoftIrq | Mask.Preemption;
            }

            if (State.Daif.I)
            {
                masked |= Mask.Daif;
            }

            if (MaskedByPriority && !State.Pmr.Passes(Priority.Nmi))
            {
                masked |= Mask.Nmi;
            }

            PreemptCount count = State.PreemptCount;
            if (!count.IsZero)
            {
                masked |= Mask.Preemption;
            }

            return (count.SoftIrq | count.HardIrq | count.Nmi) != 0 ? masked | Mask.SoftIrq : masked;
        }
    }

    /// <summary>Where an operation is executed now, for <see cref="Legality.Judge"/>.</summary>
    public Situation Situation
    {
        get
        {
            const Mask All = Mask.Preemption | Mask.SoftIrq | Mask.Irq | Mask.Daif | Mask.Nmi;
            Mask masked = Masked;
            Section within = State.Sections;
            if ((masked & Mask.Preemption) != 0)
            {
                within |= Section.PreemptOff;
            }

            if (State.RcuReaders > 0)
            {
                within |= Section.RcuReader;
            }

            if (Machine.InCrash)
            {
                within |= Section.CrashStop;
            }

            return new Situation(Context, masked, All & ~masked, within);
        }
    }

    /// <summary>SCTLR_EL1.NMI: interrupts with superpriority are taken whatever PSTATE.I says, and PSTATE.ALLINT masks every interrupt.</summary>
    public bool NmiEnabled { get; }

    /// <summary>FIQs come to the kernel: there is no firmware that Group 0 belongs to.</summary>
    public bool TakesFiqs { get; }

    /// <summary>
    /// The interrupt controller signals an interrupt and the masks let this CPU take it now. What is acknowledged may be another interrupt, or
    /// none.
    /// </summary>
    public bool InterruptSignalled => Takeable != InterruptSignal.None;

    /// <summary>What would be taken now. Source: Arm DDI 0487, D1.3.6 "Asynchronous exception masking".</summary>
    internal InterruptSignal Takeable
    {
        get
        {
            InterruptSignal signal = Interface.Signal;
            if (signal == InterruptSignal.None || Phase is not (CpuPhase.Online or CpuPhase.Starting))
            {
                return InterruptSignal.None;
            }

            return Masks(signal) ? InterruptSignal.None : signal;
        }
    }

    /// <summary>True when an interrupt that became pending now would be taken at once.</summary>
    /// <param name="irq">The interrupt.</param>
    /// <param name="whateverPstateSays">PSTATE is left out: the CPU idles, is woken, and takes the interrupt when it has restored its masks.</param>
    public bool WouldTake(IntId irq, bool whateverPstateSays) => WouldTake(Machine.Gic.StateOf(irq, Id), whateverPstateSays);

    /// <summary>The same for an interrupt whose state is known.</summary>
    public bool WouldTake(InterruptState line, bool whateverPstateSays)
    {
        ArgumentNullException.ThrowIfNull(line);
        if (!line.Enabled || line.Active || Phase is not (CpuPhase.Online or CpuPhase.Starting) || (line.Irq.IsSpi && !line.Targets.Contains(Id)))
        {
            return false;
        }

        InterruptSignal signal = Interface.SignalFor(line);
        return signal != InterruptSignal.None && (whateverPstateSays || !Masks(signal));
    }

    /// <summary>
    /// Takes the signalled interrupt as a nested call: exception entry, acknowledge, flow handler, end, exception return. The caller's thread is
    /// bound to <see cref="Current"/> (<see cref="KernelTask.Bind"/>).
    /// </summary>
    public void TakeInterrupt() => InterruptEntry.Take(this);

    /// <summary>ISR_EL1.A: an SError is pending. PSTATE.A holds it off, and it stays pending.</summary>
    public bool SErrorPending { get; private set; }

    /// <summary>An SError is pending and PSTATE.A lets this CPU take it now.</summary>
    public bool SErrorSignalled => Phase is CpuPhase.Online or CpuPhase.Starting && !State.Daif.A && SErrorPending;

    /// <summary>An error is signalled to this CPU asynchronously.</summary>
    public void RaiseSError() => SErrorPending = true;

    /// <summary>Takes the pending SError, which <see cref="SErrorSignalled"/> says can be taken, as a nested call of <paramref name="handler"/>.</summary>
    public void TakeSError(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!SErrorSignalled)
        {
            Machine.Execution.Fail($"{Id} takes an SError that is not pending, or that PSTATE.A masks");
        }

        SErrorPending = false;
        ExceptionEntry.TakeSError(this, handler);
    }

    /// <summary>
    /// Takes a synchronous exception that the running instruction caused (an external abort, a debug exception) as a nested call of
    /// <paramref name="handler"/>. No mask holds it off.
    /// </summary>
    public void TakeSynchronousException(Action handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ExceptionEntry.TakeSynchronous(this, handler);
    }

    /// <summary>
    /// An SDEI event of this priority could be delivered now: the PE is not masked, and no event of the same or a higher priority is being handled. No other mask
    /// holds it off. Source: Arm DEN0054, 5.1.7.
    /// </summary>
    public bool CanTakeSdeiEvent(bool critical)
    {
        if (SdeiMasked || Phase is not (CpuPhase.Online or CpuPhase.Starting))
        {
            return false;
        }

        Context blocking = critical ? Context.SdeiCritical : Context.SdeiCritical | Context.SdeiNormal;
        foreach (Activation activation in State.Activations)
        {
            if ((activation.Context & blocking) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Takes an SDEI event, which <see cref="CanTakeSdeiEvent"/> says can be delivered, as a nested call of <paramref name="handler"/>. What the handler returns says
    /// how it completes.
    /// </summary>
    public void TakeSdeiEvent(bool critical, Func<SdeiCompletion> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!CanTakeSdeiEvent(critical))
        {
            Machine.Execution.Fail($"{Id} takes an SDEI event that is masked, or while one of its priority is handled");
        }

        ExceptionEntry.TakeSdei(this, critical ? Context.SdeiCritical : Context.SdeiNormal, handler);
    }

    /// <summary>Context switch: the CPU holds the context of <paramref name="next"/> from now on.</summary>
    public void SwitchTo(KernelTask next)
    {
        next.Cpu = Id;
        Current = next;
        NeedsReschedule = false;
    }

    /// <inheritdoc/>
    public override string ToString() => Id.ToString();

    private bool Masks(InterruptSignal signal)
    {
        TaskContext state = State;
        return signal switch
        {
            InterruptSignal.Irq => state.Daif.I || state.AllInt,
            InterruptSignal.Fiq => state.Daif.F || state.AllInt || !TakesFiqs,
            InterruptSignal.NmiFiq => state.AllInt || !TakesFiqs,
            _ => state.AllInt,
        };
    }

    internal void Publish(MachineEventKind kind, object? subject = null, long value = 0, int target = -1, Context context = Context.None, string? text = null, LockTaking taking = default) =>
        Machine.Execution.Publish(new MachineEvent(kind, Id, subject, value, target, context, text, taking));

    /// <summary>A register write, which takes effect at once or is pending until it must.</summary>
    /// <param name="by">What makes sure that it has taken effect.</param>
    /// <param name="register">The register's name.</param>
    /// <param name="to">What is written to what.</param>
    /// <param name="apply">The effect. It captures nothing, so that a write costs no memory.</param>
    internal void WriteRegister<T>(EffectBy by, string register, T to, Action<T> apply)
    {
        if (Effects is { } effects)
        {
            effects.Write(by, register, to, apply);
        }
        else
        {
            apply(to);
        }
    }

    internal void MaskChanged() => Publish(MachineEventKind.MaskChanged);
}
