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

    internal IntId HighestPending(CpuId cpu, ref Priority priority)
    {
        IntId highest = IntId.Spurious;
        foreach ((int number, InterruptState state) in _spis)
        {
            if (state.Target == cpu && state.IsCandidate && state.Priority.IsMoreUrgentThan(priority))
            {
                priority = state.Priority;
                highest = new IntId(number);
            }
        }

        return highest;
    }
}
