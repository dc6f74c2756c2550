using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// Steps that need not come next: everything that begins with them from here was explored already, and nothing that happened since depends on
/// them. A step is put to sleep only where its own subtree was not cut by the bound, so what it stands for was explored whatever it costs.
/// Source: Godefroid, "Partial-Order Methods for the Verification of Concurrent Systems", 1996.
/// </summary>
internal sealed class SleepSet
{
    private readonly List<(SimTask Task, Step Step)> _asleep = [];

    /// <summary>The step of a task was explored in place of what is done now.</summary>
    public void Add(SimTask task, in Step step) => _asleep.Add((task, step));

    /// <summary>True when the task's next step sleeps.</summary>
    public bool Contains(SimTask task)
    {
        foreach ((SimTask sleeper, _) in _asleep)
        {
            if (sleeper == task)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>A step is executed: sleepers that it does not commute with wake up.</summary>
    public void Executed(in Step step)
    {
        for (int index = _asleep.Count - 1; index >= 0; index--)
        {
            Step sleeper = _asleep[index].Step;
            bool commutes = step.Location is not null
                && sleeper.Location is not null
                && (!ReferenceEquals(step.Location, sleeper.Location) || (step.Access == Access.Read && sleeper.Access == Access.Read));
            if (!commutes)
            {
                _asleep.RemoveAt(index);
            }
        }
    }
}
