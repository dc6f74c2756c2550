using System;
using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>The distributor: the shared peripheral interrupts. Source: Arm IHI 0069, GICD_*.</summary>
public sealed class Distributor
{
    private readonly SortedDictionary<int, InterruptState> _spis = [];

    /// <summary>The state of an SPI.</summary>
    public InterruptState this[IntId irq]
    {
        get
        {
            if (!irq.IsSpi)
            {
                throw new ArgumentOutOfRangeException(nameof(irq), irq, "the distributor holds SPIs, INTID 32 to 1019");
            }

            if (!_spis.TryGetValue(irq.Value, out InterruptState? state))
            {
                state = new InterruptState(Trigger.Level);
                _spis.Add(irq.Value, state);
            }

            return state;
        }
    }

    internal void HighestPending(CpuInterface target, CpuId cpu, ref Candidate highest)
    {
        foreach ((int number, InterruptState state) in _spis)
        {
            if (state.Target == cpu && state.IsCandidate && state.Priority.IsMoreUrgentThan(highest.Priority) && target.Enables(state.Group))
            {
                highest = new Candidate(new IntId(number), state.Priority, state.Group);
            }
        }
    }
}
