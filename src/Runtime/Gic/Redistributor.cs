using System;

namespace IrqSafety.Runtime;

/// <summary>A CPU's redistributor: its SGIs and PPIs. Source: Arm IHI 0069, GICR_*.</summary>
public sealed class Redistributor
{
    private readonly InterruptState[] _private = new InterruptState[32];

    internal Redistributor()
    {
        for (int i = 0; i < _private.Length; i++)
        {
            _private[i] = new InterruptState { Trigger = i < 16 ? Trigger.Edge : Trigger.Level };
        }
    }

    /// <summary>GICR_WAKER.ProcessorSleep is clear: the redistributor forwards interrupts.</summary>
    public bool Awake { get; internal set; } = true;

    /// <summary>The state of an SGI or PPI on this CPU.</summary>
    public InterruptState this[IntId irq] => irq.IsPrivate
        ? _private[irq.Value]
        : throw new ArgumentOutOfRangeException(nameof(irq), irq, "a redistributor holds SGIs and PPIs, INTID 0 to 31");

    internal IntId HighestPending(ref Priority priority)
    {
        IntId highest = IntId.Spurious;
        for (int i = 0; i < _private.Length; i++)
        {
            InterruptState state = _private[i];
            if (state.IsCandidate && state.Priority.IsMoreUrgentThan(priority))
            {
                priority = state.Priority;
                highest = new IntId(i);
            }
        }

        return highest;
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
