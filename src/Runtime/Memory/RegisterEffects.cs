using System;
using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>What makes sure that a write of a register has taken effect.</summary>
public enum EffectBy
{
    /// <summary>An ISB, or the entry to or return from an exception: writes of system registers.</summary>
    ContextSynchronisation,

    /// <summary>A DSB, or reading RWP = 0: writes of the GIC's memory-mapped registers, and of ICC_PMR_EL1 where ICC_CTLR_EL1.PMHE is set.</summary>
    DataSynchronisation,
}

/// <summary>
/// Register writes of one CPU whose effect is still to come. Exists only under the memory model <c>arm</c>; which write is late is a choice of the
/// execution. Writes of one register take effect in their order.
/// </summary>
public sealed class RegisterEffects
{
    private readonly Machine _machine;
    private readonly List<(EffectBy By, string Register, Action Apply)> _pending = [];

    internal RegisterEffects(Machine machine) => _machine = machine;

    /// <summary>How many are pending.</summary>
    public int Count => _pending.Count;

    internal void Write(EffectBy by, string register, Action apply)
    {
        if (_pending.Exists(earlier => earlier.Register == register) || _machine.Execution.TakesEffectLate(register))
        {
            _pending.Add((by, register, apply));
        }
        else
        {
            apply();
        }
    }

    internal void Complete(EffectBy by)
    {
        for (int index = 0; index < _pending.Count;)
        {
            if (_pending[index].By == by)
            {
                Action apply = _pending[index].Apply;
                _pending.RemoveAt(index);
                apply();
            }
            else
            {
                index++;
            }
        }
    }

    /// <summary>In finite time every effect takes place.</summary>
    public void CompleteAll()
    {
        Complete(EffectBy.ContextSynchronisation);
        Complete(EffectBy.DataSynchronisation);
    }
}
