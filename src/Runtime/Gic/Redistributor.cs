using System;
using System.Numerics;

namespace IrqSafety.Runtime;

/// <summary>A CPU's redistributor: its SGIs and PPIs. Source: Arm IHI 0069, GICR_*.</summary>
public sealed class Redistributor
{
    private readonly InterruptState[] _private = new InterruptState[32];

    // One bit for each line that may be signalled: asked at every point, and almost always 0.
    private uint _candidates;

    internal Redistributor()
    {
        for (int i = 0; i < _private.Length; i++)
        {
            _private[i] = new InterruptState(i < 16 ? Trigger.Edge : Trigger.Level, this, i);
        }
    }

    /// <summary>GICR_WAKER.ProcessorSleep is clear: the redistributor forwards interrupts.</summary>
    public bool Awake { get; internal set; } = true;

    /// <summary>The state of an SGI or PPI on this CPU.</summary>
    public InterruptState this[IntId irq] => irq.IsPrivate
        ? _private[irq.Value]
        : throw new ArgumentOutOfRangeException(nameof(irq), irq, "a redistributor holds SGIs and PPIs, INTID 0 to 31");

    internal void HighestPending(CpuInterface target, ref Candidate highest)
    {
        for (uint rest = _candidates; rest != 0; rest &= rest - 1)
        {
            InterruptState state = _private[BitOperations.TrailingZeroCount(rest)];
            if (state.Priority.IsMoreUrgentThan(highest.Priority) && target.Enables(state.Group))
            {
                highest = new Candidate(new IntId(state.Number), state.Priority, state.Group);
            }
        }
    }

    internal void Changed(InterruptState state)
    {
        uint bit = 1u << state.Number;
        _candidates = state.IsCandidate ? _candidates | bit : _candidates & ~bit;
    }

    /// <summary>What <c>gic_cpu_config</c> does when the CPU comes up: everything disabled, inactive and of ordinary priority, SGIs enabled by software later.</summary>
    internal void Reset()
    {
        foreach (InterruptState state in _private)
        {
            state.Enabled = false;
            state.Active = false;
            state.Priority = Priority.Irq;
        }
    }
}
