using System.Collections.Generic;
using IrqSafety.Contracts;

namespace IrqSafety.Runtime;

/// <summary>The parts of <c>preempt_count()</c>. Source: Linux <c>include/linux/preempt.h</c>.</summary>
/// <param name="Preempt">Preemption disabled, nested.</param>
/// <param name="SoftIrq">Softirqs served or disabled.</param>
/// <param name="HardIrq">Hard interrupts entered.</param>
/// <param name="Nmi">NMIs entered (4 bits in the kernel: at most 15).</param>
public readonly record struct PreemptCount(int Preempt, int SoftIrq, int HardIrq, int Nmi)
{
    /// <summary>True when the task may be preempted as far as the count is concerned.</summary>
    public bool IsZero => (Preempt | SoftIrq | HardIrq | Nmi) == 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Preempt}/{SoftIrq}/{HardIrq}/{Nmi}";
}

/// <summary>One exception that is being handled.</summary>
/// <param name="Context">The context its handler runs in.</param>
/// <param name="IntId">The interrupt acknowledged.</param>
/// <param name="Pmr">PMR of the interrupted code (<c>regs.pmr_save</c>).</param>
/// <param name="Daif">PSTATE.DAIF of the interrupted code (<c>regs.pstate</c>).</param>
/// <param name="AllInt">PSTATE.ALLINT of the interrupted code.</param>
public readonly record struct Activation(Context Context, IntId IntId, Pmr Pmr, Daif Daif, bool AllInt = false);

/// <summary>
/// What the processor holds for the running task and a context switch exchanges: mask registers, preempt count, and the exceptions nested on
/// the task's stack.
/// </summary>
public sealed class TaskContext
{
    private readonly List<Activation> _activations = [];

    internal TaskContext(MachineProfile profile) => MakeNew(profile);

    internal void MakeNew(MachineProfile profile)
    {
        _activations.Clear();
        (Pmr, Daif, Current) = (profile.PriorityMasking ? Pmr.IrqOn : Pmr.Default, Daif.Process, Context.Task);
        (AllInt, Pan, PreemptCount, Sections, Steps, RcuReaders) = (false, true, default, Section.None, null, 0);
    }

    /// <summary>ICC_PMR_EL1.</summary>
    public Pmr Pmr { get; internal set; }

    /// <summary>PSTATE.DAIF.</summary>
    public Daif Daif { get; internal set; }

    /// <summary>PSTATE.ALLINT: every interrupt is masked, those with superpriority too. Always clear without FEAT_NMI.</summary>
    public bool AllInt { get; internal set; }

    /// <summary>PSTATE.PAN: privileged access to user memory faults.</summary>
    public bool Pan { get; internal set; }

    /// <summary><c>preempt_count()</c>.</summary>
    public PreemptCount PreemptCount { get; internal set; }

    /// <summary>What the surrounding code has arranged, apart from preemption.</summary>
    public Section Sections { get; internal set; }

    /// <summary>The exceptions being handled, outermost first.</summary>
    public IReadOnlyList<Activation> Activations => _activations;

    /// <summary>The context the task executes in now.</summary>
    public Context Current { get; private set; }

    /// <summary>The steps taken by the task, or by the innermost exception handler on its stack; null when none has been.</summary>
    internal StepRecord? Steps { get; set; }

    /// <summary>Nesting of <see cref="Rcu"/> read-side sections.</summary>
    internal int RcuReaders { get; set; }

    // nmi_enter and nmi_exit count a hard interrupt too.
    internal void CountNmi(int by) => PreemptCount = PreemptCount with { Nmi = PreemptCount.Nmi + by, HardIrq = PreemptCount.HardIrq + by };

    internal void Push(in Activation activation)
    {
        _activations.Add(activation);
        Current = activation.Context;
    }

    internal Activation Pop()
    {
        Activation top = _activations[^1];
        _activations.RemoveAt(_activations.Count - 1);
        Current = _activations.Count == 0 ? Context.Task : _activations[^1].Context;
        return top;
    }
}
