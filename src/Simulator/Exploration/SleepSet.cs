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
    private readonly List<Sleeper> _asleep = [];

    /// <summary>The step of a task was explored in place of what is done now.</summary>
    public void Add(SimTask task, in Step step)
    {
        var sleeper = new Sleeper(task, task.Frame, step, trace.Unsaid.Of(task, step));
        if (!Contains(task) && !sleeper.Unsaid.HasFlag(UnsaidEffect.Machine))
        {
            _asleep.Add(sleeper);
        }
    }

    /// <summary>True when the task's next step sleeps.</summary>
    public bool Contains(SimTask task)
    {
        foreach (Sleeper sleeper in _asleep)
        {
            // A handler on top of the sleeper's stack is another process.
            if (sleeper.Task == task && ReferenceEquals(sleeper.Frame, task.Frame))
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
        if (_asleep.Count == 0)
        {
            return;
        }

        var executed = new Sleeper(by, by.Frame, step, trace.Unsaid.Of(by, step));
        for (int index = _asleep.Count - 1; index >= 0; index--)
        {
            Sleeper sleeper = _asleep[index];
            bool isNear = sleeper.Task.Kernel.Cpu == by.Kernel.Cpu;
            if ((sleeper.Task == by && ReferenceEquals(sleeper.Frame, by.Frame)) || MeetInController(executed, sleeper, isNear) || !Commute(step, sleeper.Step, isNear))
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
            Sleeper sleeper = _asleep[index];
            if ((sleeper.Task.Kernel.Cpu == cpu && sleeper.TouchesMasks) || sleeper.Frame.Signalled == intId || sleeper.TouchesController)
            {
                _asleep.RemoveAt(index);
            }
        }
    }

    /// <summary>A source asserts, or a step did not say that it changes what is pending.</summary>
    public void Asserted() => _ = _asleep.RemoveAll(static sleeper => sleeper.TouchesController);

    /// <summary>True when no sleeper could tell that a source has asserted.</summary>
    public bool CommutesWithAssertion()
    {
        foreach (Sleeper sleeper in _asleep)
        {
            if (sleeper.TouchesController)
            {
                return false;
            }
        }

        return true;
    }

    // The last step of a handler also ends its interrupt.
    private static bool MeetInController(in Sleeper one, in Sleeper other, bool onOneCpu)
    {
        if (!(one.TouchesController && (other.TouchesController || other.Frame.Signalled >= 0)) && !(other.TouchesController && one.Frame.Signalled >= 0))
        {
            return false;
        }

        return onOneCpu || one.Irq is not { } first || other.Irq is not { } second || first == second;
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

    private readonly record struct Sleeper(SimTask Task, Frame Frame, Step Step, UnsaidEffect Unsaid)
    {
        public bool TouchesController => Unsaid.HasFlag(UnsaidEffect.Controller) || OperationTraits.TouchesController(Step);

        public bool TouchesMasks => Unsaid.HasFlag(UnsaidEffect.Masks) || OperationTraits.TouchesMasks(Step);

        // The one interrupt that the step is about; null where it is about several, or about the CPU.
        public IntId? Irq
        {
            get
            {
                IntId? own = Step.Location switch
                {
                    _ when Unsaid.HasFlag(UnsaidEffect.Controller) => null,
                    _ when !OperationTraits.TouchesController(Step) => new IntId(Frame.Signalled),
                    InterruptState line when !OperationTraits.IsRegister(Step.Operation) => line.Irq,
                    IrqDescriptor descriptor => descriptor.Irq,
                    _ => null,
                };
                return Frame.Signalled >= 0 && own is { } irq && irq.Value != Frame.Signalled ? null : own;
            }
        }
    }
}
