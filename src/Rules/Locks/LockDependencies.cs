using System;
using System.Collections.Generic;
using System.Linq;
using IrqSafety.Contracts;

namespace IrqSafety.Rules;

/// <summary>
/// Learns how locks are used and says what is possible because of it. The analyzer tells it what bodies do, the validator what a run did; the
/// order in which it is told makes no difference to whether a fault is found.
/// </summary>
public sealed class LockDependencies
{
    private readonly HashSet<string> _reported = [];
    private readonly CycleSearch _search;

    /// <summary>Knows nothing yet.</summary>
    /// <param name="realTime">On a real-time build a per-CPU lock is a lock like others.</param>
    public LockDependencies(bool realTime = false)
    {
        RealTime = realTime;
        _search = new CycleSearch(Graph);
    }

    /// <summary>What was learned.</summary>
    public DependencyGraph Graph { get; } = new();

    /// <summary>The declared order of classes.</summary>
    public DeclaredLockOrder Order { get; set; } = DeclaredLockOrder.None;

    /// <summary>Whether it is about a real-time build.</summary>
    public bool RealTime { get; }

    /// <summary>A lock is about to be taken, and will be held afterwards.</summary>
    /// <param name="held">The locks that are held, outermost first. Only those of the same interrupt context: a handler's locks are not ordered after those of the code it interrupted.</param>
    /// <param name="wanted">The lock.</param>
    /// <param name="context">Where.</param>
    /// <param name="arriving">The contexts that may interrupt here.</param>
    public IReadOnlyList<LockReport> Acquire(IReadOnlyList<HeldLock> held, HeldLock wanted, Context context, Context arriving)
    {
        if (wanted.Kind == LockKind.Local && !RealTime)
        {
            Graph.MarkPerCpu(wanted.Class);
        }

        var found = new List<LockReport>();
        if (!wanted.IsTry)
        {
            HeldSet holds = HeldSet.Of(held);
            if (held.Count > 0)
            {
                Follow(held, wanted, holds, found);
            }

            Context interrupts = context & Context.AnyInterrupt;
            if (interrupts != Context.None)
            {
                var use = new LockUse(wanted.Wait, interrupts, holds, wanted.Site);
                if (Graph.Add(wanted.Class, use))
                {
                    Learn([.. Graph.StepsOf(wanted.Class, use)], wanted.Site, found);
                }
            }
        }

        if (arriving != Context.None)
        {
            Open([.. held, wanted], wanted, arriving, wanted.Site, found);
        }

        return found;
    }

    // The steps from what is held to what is wanted.
    private void Follow(IReadOnlyList<HeldLock> held, HeldLock wanted, HeldSet holds, List<LockReport> found)
    {
        var steps = new List<LockStep>(held.Count);
        foreach (HeldLock outer in held)
        {
            if (outer.Class != wanted.Class)
            {
                steps.Add(new LockStep(outer.Class, outer.Hold, wanted.Class, wanted.Wait, Context.None, holds, outer.Site, wanted.Site));
            }
        }

        List<LockStep> added = steps.FindAll(Graph.Add);
        if (Order != DeclaredLockOrder.None)
        {
            foreach (LockStep step in steps)
            {
                Judge([step], wanted.Site, found);
            }

            if (added.Count > 0)
            {
                JudgeChains(wanted.Site, found);
            }
        }

        Learn(added, wanted.Site, found);
    }

    /// <summary>More contexts may arrive than when these locks were taken: a mask was lowered.</summary>
    /// <param name="held">The locks that are held.</param>
    /// <param name="arriving">The contexts that may interrupt now.</param>
    /// <param name="site">Where.</param>
    public IReadOnlyList<LockReport> Open(IReadOnlyList<HeldLock> held, Context arriving, string site)
    {
        var found = new List<LockReport>();
        foreach (HeldLock each in held)
        {
            Open(held, each, arriving, site, found);
        }

        return found;
    }

    /// <summary>The same for one of the locks that are held.</summary>
    /// <param name="all">The locks that are held.</param>
    /// <param name="held">The one.</param>
    /// <param name="arriving">The contexts that may interrupt now.</param>
    /// <param name="site">Where.</param>
    public IReadOnlyList<LockReport> Open(IReadOnlyList<HeldLock> all, HeldLock held, Context arriving, string site)
    {
        var found = new List<LockReport>();
        Open(all, held, arriving, site, found);
        return found;
    }

    private void Open(IReadOnlyList<HeldLock> all, HeldLock held, Context arriving, string site, List<LockReport> found)
    {
        if (arriving == Context.None)
        {
            return;
        }

        var opening = new LockOpening(held.Hold, arriving, HeldSet.Of(all), site);
        if (Graph.Add(held.Class, opening))
        {
            Learn([.. Graph.StepsOf(held.Class, opening)], site, found);
        }
    }

    private void Learn(IReadOnlyList<LockStep> added, string site, List<LockReport> found)
    {
        if (added.Count == 0)
        {
            return;
        }

        IReadOnlyList<LockStep> ring = _search.Through(added);

        // Where the order is declared the guilty step is known, and reported as such.
        if (ring.Count > 0 && !ring.Any(step => step.Interrupt == Context.None && Order.Before(step.To.Name, step.From.Name) is not null) && _reported.Add(NameOf(ring)))
        {
            found.Add(LockReport.OfRing(ring, site));
        }
    }

    /// <summary>Whether holding the first class of a chain and waiting for the last is against the declared order.</summary>
    private void Judge(IReadOnlyList<LockStep> chain, string site, List<LockReport> found)
    {
        LockStep last = chain[chain.Count - 1];
        if (Order.Before(last.To.Name, chain[0].From.Name) is { } declared && _reported.Add($"{string.Join("|", chain.Select(step => $"{step.From}>{step.To}"))}@{(chain.Count == 1 ? site : "")}"))
        {
            found.Add(LockReport.AgainstOrder(chain, declared, last.WaitedAt));
        }
    }

    // A class of the order that is held, and from which steps through others lead to one that comes before it.
    private void JudgeChains(string site, List<LockReport> found)
    {
        foreach (LockClassKey from in Graph.Classes.Where(key => Order.Speaks(key.Name)).ToList())
        {
            var seen = new HashSet<LockClassKey> { from };
            var queue = new Queue<Way>(Graph.StepsFrom(from).Select(step => new Way(step, null)));
            while (queue.Count > 0)
            {
                Way way = queue.Dequeue();
                if (!seen.Add(way.Last.To))
                {
                    continue;
                }

                IReadOnlyList<LockStep> chain = way.Steps;
                if (chain.Count > 1 && CanAllBe(chain))
                {
                    Judge(chain, site, found);
                }

                // What goes on from a step that is against the order itself is its consequence.
                if (Order.Before(way.Last.To.Name, from.Name) is null)
                {
                    foreach (LockStep next in Graph.StepsFrom(way.Last.To).Where(way.Last.LeadsTo))
                    {
                        queue.Enqueue(new Way(next, way));
                    }
                }
            }
        }
    }

    private static bool CanAllBe(IReadOnlyList<LockStep> chain)
    {
        for (int one = 0; one < chain.Count; one++)
        {
            for (int other = one + 1; other < chain.Count; other++)
            {
                if (!chain[one].Holds.CanCoexistWith(chain[other].Holds))
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>A way through the graph, by its last step.</summary>
    private sealed record Way(LockStep Last, Way? Before)
    {
        public IReadOnlyList<LockStep> Steps => Before is null ? [Last] : [.. Before.Steps, Last];
    }

    // The same ring, wherever it starts and in whatever modes, is one fault.
    private static string NameOf(IReadOnlyList<LockStep> ring) =>
        string.Join("|", ring.Select(step => $"{step.From}>{step.Interrupt}>{step.To}").OrderBy(name => name, StringComparer.Ordinal));
}
