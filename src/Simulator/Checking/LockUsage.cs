using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// What locks are used for in one execution: where each was taken, so that one shared by an NMI and the code it interrupts shows, and in
/// which order, so that an inversion shows even where the schedule got through.
/// </summary>
internal sealed class LockUsage(Checker checker)
{
    private readonly Dictionary<KernelLock, StepOrigin> _waitedForInNmi = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<KernelLock, StepOrigin> _takenBelowNmi = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<KernelLock> _shared = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<SimTask, List<(KernelLock Lock, StepOrigin Origin)>> _held = [];
    private readonly LockGraph _order = new();

    /// <summary>A task is about to take a lock, and may have to wait.</summary>
    public void Wanted(SimTask task, KernelLock @lock, StepOrigin origin)
    {
        bool inNmi = task.Frame.Context.IsNmi();
        if (inNmi)
        {
            _ = _waitedForInNmi.TryAdd(@lock, origin);
            JudgeShared(@lock);
        }

        foreach ((KernelLock held, StepOrigin heldAt) in HeldBy(task))
        {
            // Two locks of one class may be nested by a rule that only the program knows; the same lock twice ends in a deadlock anyway.
            if (held.Class.Name == @lock.Class.Name)
            {
                continue;
            }

            IReadOnlyList<LockGraph.Edge> back = _order.Add(held.Class.Name, @lock.Class.Name, origin.Key);
            if (back.Count > 0)
            {
                checker.Inverted(origin, heldAt, held, @lock, back);
            }
        }
    }

    /// <summary>A lock was taken.</summary>
    public void Acquired(SimTask task, KernelLock @lock, StepOrigin origin, Mask masked)
    {
        HeldBy(task).Add((@lock, origin));
        if (!task.Frame.Context.IsNmi() && (masked & Mask.Daif) == 0)
        {
            _ = _takenBelowNmi.TryAdd(@lock, origin);
            JudgeShared(@lock);
        }
    }

    /// <summary>A lock was released.</summary>
    public void Released(SimTask task, KernelLock @lock)
    {
        List<(KernelLock Lock, StepOrigin Origin)> held = HeldBy(task);
        int index = held.FindLastIndex(entry => entry.Lock == @lock);
        if (index >= 0)
        {
            held.RemoveAt(index);
        }
    }

    private void JudgeShared(KernelLock @lock)
    {
        if (_waitedForInNmi.TryGetValue(@lock, out StepOrigin? nmi) && _takenBelowNmi.TryGetValue(@lock, out StepOrigin? below) && _shared.Add(@lock))
        {
            checker.SharedWithNmi(@lock, nmi, below);
        }
    }

    private List<(KernelLock Lock, StepOrigin Origin)> HeldBy(SimTask task) => _held.TryGetValue(task, out var held) ? held : _held[task] = [];
}
