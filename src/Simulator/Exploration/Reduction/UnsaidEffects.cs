using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>What a step does besides what its operation and its location say.</summary>
[Flags]
internal enum UnsaidEffect
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It raises an interrupt, or changes in another way what is pending or signalled.</summary>
    Controller = 1,

    /// <summary>It changes the masks of its CPU.</summary>
    Masks = 2,

    /// <summary>It changes what every step may notice.</summary>
    Machine = 4,
}

/// <summary>
/// Effects of steps that are known only when they were executed: work queued that raises an interrupt, what a scenario does to registers after a step. Learned for each
/// operation of each task. A step is executed before it can be put to sleep, so what it does is known by then.
/// </summary>
internal sealed class UnsaidEffects
{
    private readonly Dictionary<(string Operation, int Task), UnsaidEffect> _known = [];

    /// <summary>What is known.</summary>
    public IReadOnlyList<UnsaidEffectState> Save() => [.. _known.Select(static known => new UnsaidEffectState(known.Key.Operation, known.Key.Task, known.Value))];

    /// <summary>Takes over what was known.</summary>
    public void Restore(IReadOnlyList<UnsaidEffectState> known)
    {
        foreach (UnsaidEffectState each in known)
        {
            _known[(each.Operation, each.Task)] = each.Effect;
        }
    }

    /// <summary>The step of a task had an effect.</summary>
    public void Learn(SimTask task, in Step step, UnsaidEffect effect)
    {
        effect &= ~SaidBy(step);
        if (effect != UnsaidEffect.None)
        {
            (string, int) key = (step.Operation.Name, task.Number);
            _known[key] = _known.GetValueOrDefault(key) | effect;
        }
    }

    /// <summary>What such a step of the task may do besides what it says.</summary>
    public UnsaidEffect Of(SimTask task, in Step step) => _known.Count == 0 ? UnsaidEffect.None : _known.GetValueOrDefault((step.Operation.Name, task.Number));

    private static UnsaidEffect SaidBy(in Step step) =>
        (OperationTraits.TouchesController(step) ? UnsaidEffect.Controller : UnsaidEffect.None)
        | (OperationTraits.TouchesMasks(step) ? UnsaidEffect.Masks : UnsaidEffect.None);
}
