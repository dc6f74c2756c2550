using System;
using System.Collections.Generic;
using IrqSafety.Contracts;
using IrqSafety.Rules;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Where each lock was taken in one execution, so that one shared by an NMI and the code it interrupts shows even where the schedule got through.
/// </summary>
/// <param name="checker">Is told.</param>
/// <param name="markOf">Where a task is.</param>
internal sealed class NmiLocks(Checker checker, Func<SimTask, StepMark> markOf)
{
    private readonly Dictionary<KernelLock, StepMark> _waitedForInNmi = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<KernelLock, StepMark> _takenBelowNmi = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<KernelLock> _shared = new(ReferenceEqualityComparer.Instance);

    /// <summary>An execution begins.</summary>
    public void MakeNew()
    {
        _waitedForInNmi.Clear();
        _takenBelowNmi.Clear();
        _shared.Clear();
    }

    /// <summary>A task is about to take a lock, and may have to wait.</summary>
    public void Wanted(SimTask task, KernelLock @lock)
    {
        if (task.Frame.Context.IsNmi())
        {
            _ = _waitedForInNmi.TryAdd(@lock, markOf(task));
            JudgeShared(@lock);
        }
    }

    /// <summary>A lock was taken.</summary>
    public void Acquired(SimTask task, KernelLock @lock, Cpu cpu)
    {
        if (!task.Frame.Context.IsNmi() && !cpu.State.Daif.I && !_takenBelowNmi.ContainsKey(@lock))
        {
            _takenBelowNmi.Add(@lock, markOf(task));
            JudgeShared(@lock);
        }
    }

    private void JudgeShared(KernelLock @lock)
    {
        if (_waitedForInNmi.TryGetValue(@lock, out StepMark nmi) && _takenBelowNmi.TryGetValue(@lock, out StepMark below) && _shared.Add(@lock))
        {
            checker.SharedWithNmi(@lock, nmi.Origin!, below.Origin!);
        }
    }
}
