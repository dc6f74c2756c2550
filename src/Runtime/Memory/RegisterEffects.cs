using System;
using System.Collections.Generic;

namespace IrqSafety.Runtime;

/// <summary>What makes sure that a write of a register has taken effect: any one of these, as the register requires.</summary>
[Flags]
public enum EffectBy
{
    /// <summary>Nothing but time.</summary>
    None = 0,

    /// <summary>An ISB.</summary>
    Isb = 1,

    /// <summary>The entry to, or the return from, an exception.</summary>
    Exception = 2,

    /// <summary>A DSB.</summary>
    Dsb = 4,

    /// <summary>Reading 0 from the RWP bit of the distributor, or of this CPU's redistributor.</summary>
    Rwp = 8,

    /// <summary>Writes of system registers.</summary>
    ContextSynchronisation = Isb | Exception,
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

    /// <summary>A write that takes effect at once, unless an earlier one of the same register is still to come: then after that.</summary>
    internal void WriteInOrder<T>(EffectBy by, string register, T to, Action<T> apply)
    {
        if (_pending.Exists(earlier => earlier.Register == register))
        {
            Add(by, register, to, apply);
        }
        else
        {
            apply(to);
        }
    }

    internal void Write<T>(EffectBy by, string register, T to, Action<T> apply)
    {
        if (_pending.Exists(earlier => earlier.Register == register) || _machine.Execution.TakesEffectLate(register))
        {
            Add(by, register, to, apply);
        }
        else
        {
            apply(to);
        }
    }

    private void Add<T>(EffectBy by, string register, T to, Action<T> apply) => _pending.Add((by, register, () => apply(to)));

    internal void Complete(EffectBy by)
    {
        for (int index = 0; index < _pending.Count;)
        {
            if ((_pending[index].By & by) != 0)
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
        while (_pending.Count > 0)
        {
            Action apply = _pending[0].Apply;
            _pending.RemoveAt(0);
            apply();
        }
    }
}
