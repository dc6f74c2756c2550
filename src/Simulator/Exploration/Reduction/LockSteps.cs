using System;
using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// What the lock rules learn from the steps of an execution: by component of connected classes one thing that every step with a lock of it touches, and writes where
/// the rules have not seen the like in this execution.
/// </summary>
internal sealed class LockSteps(LockComponents components, Dependence dependence)
{
    private readonly Dictionary<int, int> _things = [];
    private readonly HashSet<int> _shapes = [];

    /// <summary>Forgets the last execution.</summary>
    public void Clear()
    {
        _things.Clear();
        _shapes.Clear();
    }

    /// <summary>A report of the lock rules may hinge on the order of what happens to the two.</summary>
    public bool AreConnected(KernelLock first, KernelLock second) =>
        components.Of(components.NumberOf(first.Class.Name)) == components.Of(components.NumberOf(second.Class.Name));

    /// <summary>Something happens to a lock.</summary>
    /// <param name="by">The event that does it; −1 for what comes before the first step of a task.</param>
    /// <param name="happened">What.</param>
    /// <param name="subject">To which lock.</param>
    /// <param name="task">By whom.</param>
    /// <param name="held">The locks held then.</param>
    public void Happened(int by, in MachineEvent happened, KernelLock subject, TaskContext task, List<KernelLock> held)
    {
        int number = components.NumberOf(subject.Class.Name);
        var shape = new HashCode();
        shape.Add(happened.Kind);
        shape.Add(number);
        shape.Add(happened.Taking.Access);
        shape.Add(happened.Taking.Subclass);
        shape.Add(happened.Taking.Nest is null ? -1 : components.NumberOf(happened.Taking.Nest.Class.Name));
        shape.Add(happened.Value);
        shape.Add(happened.Context);
        shape.Add(task.Pmr);
        shape.Add(task.Daif);
        shape.Add(task.PreemptCount.SoftIrq > 0);
        foreach (KernelLock other in held)
        {
            int outer = components.NumberOf(other.Class.Name);
            shape.Add(outer);
            shape.Add(ReferenceEquals(other, subject));
            components.Connect(outer, number);
        }

        if (by < 0)
        {
            return;
        }

        int component = components.Of(number);
        if (!_things.TryGetValue(component, out int thing))
        {
            _things[component] = thing = dependence.NewThing();
        }

        // The same happened before in this execution: the rules learn nothing from it.
        dependence.Touch(by, thing, writes: _shapes.Add(shape.ToHashCode()));
    }
}
