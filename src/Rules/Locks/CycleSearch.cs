using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// Looks for a ring of steps that can all wait at once: each waiter is kept up by the next holder, at most one step is an interrupt, and no two
/// steps hold a lock that only one task can hold.
/// </summary>
/// <remarks>
/// A recursive reader is not kept up by a reader, so such a pair of steps does not join; Linux calls what remains a strong path
/// (<c>Documentation/locking/lockdep-design.rst</c>, with the proof). More than one interrupt of a kind never adds a ring: the part between two of
/// them closes by itself. What is open to a softirq is open to an interrupt too, which covers the mixed case.
/// </remarks>
public sealed class CycleSearch(DependencyGraph graph)
{
    /// <summary>
    /// How many steps may be tried to find a ring that no common lock rules out. When they do not suffice the shortest ring is reported although
    /// a common lock guards it, as a validator without gate locks would.
    /// </summary>
    public const int GateBudget = 20_000;

    // From where a ring may still come back, after an interrupt; and the steps it may begin with, by where it has to come back to.
    private HashSet<LockClassKey> _back = [];
    private ILookup<LockClassKey, LockStep> _first = Enumerable.Empty<LockStep>().ToLookup(step => step.From);

    /// <summary>A place the search has reached: the class waited for and what matters of the way to it.</summary>
    private readonly record struct State(LockClassKey Class, WaitMode Wait, bool Interrupted, bool PerCpu);

    private sealed record Visit(State State, LockStep? By, Visit? Before);

    /// <summary>
    /// The shortest ring through one of the new steps, starting with that step; empty when there is none. The steps all are interrupts or all are
    /// not, and share <see cref="LockStep.From"/> or <see cref="LockStep.To"/>.
    /// </summary>
    public IReadOnlyList<LockStep> Through(IReadOnlyList<LockStep> added)
    {
        _back = [];
        foreach (LockStep step in added.Where(step => step.Interrupt == Context.None))
        {
            _back.UnionWith(graph.Leading(step.From));
        }

        _first = added.ToLookup(step => step.From);
        IReadOnlyList<LockStep> shortest = Shortest(added);
        if (shortest.Count == 0 || CanCoexist(shortest))
        {
            return shortest;
        }

        int budget = GateBudget;
        foreach (LockStep step in added)
        {
            var ring = new List<LockStep> { step };
            if (Extend(ring, StateAfter(step), [], ref budget))
            {
                return ring;
            }
        }

        return budget > 0 ? [] : shortest;
    }

    private IReadOnlyList<LockStep> Shortest(IReadOnlyList<LockStep> added)
    {
        var seen = new HashSet<State>();
        var queue = new Queue<Visit>();
        foreach (LockStep step in added)
        {
            State start = StateAfter(step);
            if (seen.Add(start))
            {
                queue.Enqueue(new Visit(start, null, null));
            }
        }

        while (queue.Count > 0)
        {
            Visit visit = queue.Dequeue();
            if (Closing(visit) is { } first)
            {
                return [first, .. Way(visit)];
            }

            foreach (LockStep step in StepsFrom(visit.State))
            {
                State next = StateAfter(visit.State, step);
                if (Allowed(next) && seen.Add(next))
                {
                    queue.Enqueue(new Visit(next, step, visit));
                }
            }
        }

        return [];
    }

    /// <summary>The added step that turns the way to <paramref name="visit"/> into a ring.</summary>
    private LockStep? Closing(Visit visit)
    {
        if (!_first.Contains(visit.State.Class))
        {
            return null;
        }

        Visit root = visit;
        while (root.Before is not null)
        {
            root = root.Before;
        }

        foreach (LockStep step in _first[visit.State.Class])
        {
            if (Closes(visit.State, step) && StateAfter(step) == root.State && (visit == root || Allowed(visit.State)))
            {
                return step;
            }
        }

        return null;
    }

    private static bool Closes(State state, LockStep first) => state.Class == first.From && first.Hold.Blocks(state.Wait);

    private static IEnumerable<LockStep> Way(Visit visit)
    {
        var steps = new List<LockStep>();
        for (Visit each = visit; each.Before is not null; each = each.Before)
        {
            steps.Add(each.By!);
        }

        steps.Reverse();
        return steps;
    }

    private IEnumerable<LockStep> StepsFrom(State state)
    {
        IEnumerable<LockStep> steps = graph.StepsFrom(state.Class);
        if (!state.Interrupted)
        {
            steps = steps.Concat(graph.InterruptsOf(state.Class, _back));
        }

        return steps.Where(step => step.Hold.Blocks(state.Wait));
    }

    private State StateAfter(LockStep first) => new(
        first.To,
        first.Wait,
        first.Interrupt != Context.None,
        first.From != first.To && (graph.IsPerCpu(first.From) || graph.IsPerCpu(first.To)));

    private State StateAfter(State before, LockStep step) =>
        new(step.To, step.Wait, before.Interrupted || step.Interrupt != Context.None, before.PerCpu || graph.IsPerCpu(step.To));

    // A per-CPU lock is never waited for on another CPU: a ring with an interrupt does not lead through one.
    private static bool Allowed(State state) => !(state.Interrupted && state.PerCpu);

    private bool Extend(List<LockStep> ring, State state, HashSet<State> onPath, ref int budget)
    {
        if (Closes(state, ring[0]) && (ring.Count == 1 || Allowed(state)))
        {
            return true; // every step was compared with the others when it was added
        }

        if (!Allowed(state) || !onPath.Add(state))
        {
            return false;
        }

        foreach (LockStep step in StepsFrom(state))
        {
            if (--budget <= 0)
            {
                return false;
            }

            if (ring.TrueForAll(other => other.Holds.CanCoexistWith(step.Holds)))
            {
                ring.Add(step);
                if (Extend(ring, StateAfter(state, step), onPath, ref budget))
                {
                    return true;
                }

                ring.RemoveAt(ring.Count - 1);
            }
        }

        onPath.Remove(state);
        return false;
    }

    private static bool CanCoexist(IReadOnlyList<LockStep> ring)
    {
        for (int one = 0; one < ring.Count; one++)
        {
            for (int other = one + 1; other < ring.Count; other++)
            {
                if (!ring[one].Holds.CanCoexistWith(ring[other].Holds))
                {
                    return false;
                }
            }
        }

        return true;
    }
}
