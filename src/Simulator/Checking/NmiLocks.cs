using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Where each lock was taken in one execution, so that one shared by an NMI and the code it interrupts shows even where the schedule got through.
/// </summary>
internal sealed class NmiLocks(Checker checker)
{
    private readonly Dictionary<KernelLock, StepOrigin> _waitedForInNmi = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<KernelLock, StepOrigin> _takenBelowNmi = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<KernelLock> _shared = new(ReferenceEqualityComparer.Instance);

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _waitedForInNmi.Clear();
        _takenBelowNmi.Clear();
        _shared.Clear();
    }

    /// <summary>A task is about to take a lock, and may have to wait.</summary>
    public void Wanted(SimTask task, KernelLock @lock, StepOrigin origin)
    {
        bool inNmi = task.Frame.Context.IsNmi();
        if (inNmi)
        {
            _ = _waitedForInNmi.TryAdd(@lock, origin);
            JudgeShared(@lock);
        }
    }

    /// <summary>A lock was taken.</summary>
    public void Acquired(SimTask task, KernelLock @lock, StepOrigin origin, Mask masked)
    {
        if (!task.Frame.Context.IsNmi() && (masked & Mask.Daif) == 0)
        {
            _ = _takenBelowNmi.TryAdd(@lock, origin);
            JudgeShared(@lock);
        }
    }

    private void JudgeShared(KernelLock @lock)
    {
        if (_waitedForInNmi.TryGetValue(@lock, out StepOrigin? nmi) && _takenBelowNmi.TryGetValue(@lock, out StepOrigin? below) && _shared.Add(@lock))
        {
            checker.SharedWithNmi(@lock, nmi, below);
        }
    }
}
