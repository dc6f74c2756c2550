using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Steps that need not come next: everything that begins with them from here was explored already, and nothing that happened since depends on
/// them. A step is put to sleep only where its own subtree was not cut by the bound, so what it stands for was explored whatever it costs.
/// Source: Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996.
/// </summary>
internal sealed class SleepSet(ExecutionTrace trace)
{
    private readonly List<(SimTask Task, Frame Frame, Step Step)> _asleep = [];

    /// <summary>The step of a task was explored in place of what is done now.</summary>
    public void Add(SimTask task, in Step step)
    {
        if (!Contains(task))
        {
            _asleep.Add((task, task.Frame, step));
        }
    }

    /// <summary>True when the task's next step sleeps.</summary>
    public bool Contains(SimTask task)
    {
        foreach ((SimTask sleeper, Frame frame, _) in _asleep)
        {
            // A handler on top of the sleeper's stack is another process.
            if (sleeper == task && ReferenceEquals(frame, task.Frame))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Every sleeper wakes up.</summary>
    public void Clear() => _asleep.Clear();

    /// <summary>A step is executed: sleepers that it does not commute with wake up.</summary>
    public void Executed(SimTask by, in Step step)
    {
        for (int index = _asleep.Count - 1; index >= 0; index--)
        {
            (SimTask task, Frame frame, Step sleeper) = _asleep[index];
            bool isNear = task.Kernel.Cpu == by.Kernel.Cpu;
            if ((task == by && ReferenceEquals(frame, task.Frame)) || MeetsInController(step, by.Frame, sleeper, frame, isNear) || !Commute(step, sleeper, isNear))
            {
                _asleep.RemoveAt(index);
            }
        }
    }

    /// <summary>An interrupt is taken: it sees the masks of what it interrupts, what its CPU can take, and the interrupt controller.</summary>
    public void Entered(CpuId cpu, int intId)
    {
        for (int index = _asleep.Count - 1; index >= 0; index--)
        {
            (SimTask task, Frame frame, Step sleeper) = _asleep[index];
            bool near = task.Kernel.Cpu == cpu && (sleeper.Location is null or KernelLock || OperationTraits.ChangesMask(sleeper.Operation));
            if (near || frame.Signalled == intId || OperationTraits.TouchesController(sleeper))
            {
                _asleep.RemoveAt(index);
            }
        }
    }

    /// <summary>A source asserts.</summary>
    public void Asserted() => _ = _asleep.RemoveAll(static sleeper => OperationTraits.TouchesController(sleeper.Step));

    /// <summary>True when no sleeper could tell that a source has asserted.</summary>
    public bool CommutesWithAssertion() => !_asleep.Exists(static sleeper => OperationTraits.TouchesController(sleeper.Step));

    // The last step of a handler also ends its interrupt.
    private static bool MeetsInController(in Step step, Frame by, in Step sleeper, Frame frame, bool onOneCpu)
    {
        bool touches = OperationTraits.TouchesController(step);
        bool sleeperTouches = OperationTraits.TouchesController(sleeper);
        if (!(touches && (sleeperTouches || frame.Signalled >= 0)) && !(sleeperTouches && by.Signalled >= 0))
        {
            return false;
        }

        return onOneCpu || IntIdOf(step, by) is not { } one || IntIdOf(sleeper, frame) is not { } other || one == other;
    }

    private bool Commute(in Step step, in Step sleeper, bool onOneCpu)
    {
        // A step without a location touches what its CPU has, and nothing else.
        if (step.Location is null || sleeper.Location is null)
        {
            return !onOneCpu;
        }

        if (step.Location is KernelLock first && sleeper.Location is KernelLock second)
        {
            return !ReferenceEquals(first, second) && !trace.AreConnected(first, second);
        }

        bool same = step.Location is string name ? sleeper.Location is string named && name == named : ReferenceEquals(step.Location, sleeper.Location);
        return !same || (step.Access == Access.Read && sleeper.Access == Access.Read);
    }

    // The one interrupt that a step is about; null where it is about several, or about the CPU.
    private static IntId? IntIdOf(in Step step, Frame frame)
    {
        IntId? own = step.Location switch
        {
            _ when !OperationTraits.TouchesController(step) => new IntId(frame.Signalled),
            InterruptState line when !OperationTraits.IsRegister(step.Operation) => line.Irq,
            IrqDescriptor descriptor => descriptor.Irq,
            _ => null,
        };
        return frame.Signalled >= 0 && own is { } irq && irq.Value != frame.Signalled ? null : own;
    }
}
