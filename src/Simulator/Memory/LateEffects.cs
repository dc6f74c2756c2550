using System.Collections.Generic;
using IrqSafety.Runtime;

namespace IrqSafety.Simulator;

/// <summary>
/// The relaxations of the memory model <c>arm</c> as choices of one execution. A store leaves the buffer of its CPU when a barrier or an atomic drains
/// it, or when another CPU accesses its location and the execution chooses that it has left by then; a register write takes effect at once, or as late
/// as it may. How often an execution may choose the late outcome is bounded.
/// </summary>
/// <remarks>
/// Only where another CPU looks does it matter when a store left the buffer, so the choice is made there: all earlier moments are the same to everyone.
/// </remarks>
internal sealed class LateEffects(SimulatedExecution execution, int bound)
{
    private int _left = bound;

    /// <summary>Late outcomes that an execution may choose.</summary>
    public const int Bound = 3;

    /// <summary>A task is about to touch a location: other CPUs' stores to it are seen, or not yet.</summary>
    public void BeforeAccess(SimTask task, in Step step)
    {
        if (step.Location is not { } location)
        {
            return;
        }

        foreach (SimCpu cpu in execution.Scheduler.Cpus)
        {
            if (cpu.Number == task.Kernel.Cpu.Value || cpu.Model.Stores is not { Count: > 0 } stores)
            {
                continue;
            }

            IReadOnlyList<int> positions = stores.PositionsOf(location);
            if (positions.Count > 0)
            {
                stores.Drain(Seen(task, cpu, stores, positions, location));
            }
        }
    }

    /// <summary>True when a register write is to take effect late.</summary>
    public bool IsLate(SimTask task, string register)
    {
        if (_left == 0 || !execution.Exploring || execution.Decisions.Outcome(task, $"{register} takes effect late", 2) == 0)
        {
            return false;
        }

        _left--;
        return true;
    }

    /// <summary>Nothing else goes on: in finite time every store is seen and every register write takes effect.</summary>
    /// <returns>True when there were any, so that something may go on now.</returns>
    public bool Settle()
    {
        bool any = false;
        foreach (SimCpu cpu in execution.Scheduler.Cpus)
        {
            any |= cpu.Model.Stores is { Count: > 0 } || cpu.Model.Effects is { Count: > 0 };
            cpu.Model.Stores?.Drain();
            cpu.Model.Effects?.CompleteAll();
        }

        return any;
    }

    // By default everything has left the buffer; otherwise a part of it that ends with a store to the location, or nothing.
    private int Seen(SimTask task, SimCpu cpu, StoreBuffer stores, IReadOnlyList<int> positions, object location)
    {
        if (_left == 0 || !execution.Exploring)
        {
            return stores.Count;
        }

        int outcome = execution.Decisions.Outcome(task, $"{cpu.Name}'s stores to {location} are seen late", positions.Count + 1);
        if (outcome == 0)
        {
            return stores.Count;
        }

        _left--;
        return outcome == 1 ? 0 : positions[outcome - 2];
    }
}
