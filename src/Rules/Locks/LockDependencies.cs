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
        HeldSet holds = HeldSet.Of(held);
        if (!wanted.IsTry)
        {
            var steps = new List<LockStep>();
            foreach (HeldLock outer in held)
            {
                if (outer.Class != wanted.Class)
                {
                    steps.Add(new LockStep(outer.Class, outer.Hold, wanted.Class, wanted.Wait, Context.None, holds, outer.Site, wanted.Site));
                }
            }

            Learn(steps.FindAll(Graph.Add), wanted.Site, found);
            Context interrupts = context & Context.AnyInterrupt;
            var use = new LockUse(wanted.Wait, interrupts, holds, wanted.Site);
            if (interrupts != Context.None && Graph.Add(wanted.Class, use))
            {
                Learn([.. Graph.StepsOf(wanted.Class, use)], wanted.Site, found);
            }
        }

        Open([.. held, wanted], wanted, arriving, wanted.Site, found);
        return found;
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

    private void Open(IReadOnlyList<HeldLock> all, HeldLock held, Context arriving, string site, List<LockReport> found)
    {
        var opening = new LockOpening(held.Hold, arriving, HeldSet.Of(all), site);
        if (arriving != Context.None && Graph.Add(held.Class, opening))
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
        if (ring.Count > 0 && _reported.Add(NameOf(ring)))
        {
            found.Add(LockReport.OfRing(ring, site));
        }
    }

    // The same ring, wherever it starts and in whatever modes, is one fault.
    private static string NameOf(IReadOnlyList<LockStep> ring) =>
        string.Join("|", ring.Select(step => $"{step.From}>{step.Interrupt}>{step.To}").OrderBy(name => name, StringComparer.Ordinal));
}
